using System.Collections.Immutable;
using System.Numerics.Tensors;
using Microsoft.ML.Data;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>A column of magnitudes: of each channel and pixel the square root of the sum of the squares of all filters' results.</summary>
/// <param name="name">Of the column.</param>
/// <param name="dimensions">Of a vector.</param>
/// <param name="slotNames">Of a vector.</param>
/// <param name="channels">Of a pixel of the result.</param>
/// <param name="order">How they lie in a vector. The filters' results are planes, <c>[channel, filter, pixel]</c>.</param>
internal sealed class MagnitudeOutput(
    string name,
    ImmutableArray<int> dimensions,
    Func<IEnumerable<string>> slotNames,
    int channels,
    PixelOrder order
) : ImageColumnOutput(name, dimensions, slotNames)
{
    private readonly int length = dimensions.Aggregate(1, (product, side) => checked(product * side));

    /// <inheritdoc/>
    public override Delegate Getter(int index, CurrentScores scores)
    {
        float[] plane = new float[length / channels];
        return (ValueGetter<VBuffer<float>>)(
            (ref VBuffer<float> destination) =>
            {
                ReadOnlySpan<float> results = scores();
                VBufferEditor<float> editor = VBufferEditor.Create(ref destination, length);
                for (int channel = 0; channel < channels; channel++)
                {
                    int planes = results.Length / channels;
                    Compute(results.Slice(channel * planes, planes), plane);
                    Put(plane, editor.Values, channel);
                }

                destination = editor.Commit();
            }
        );
    }

    /// <param name="planes">[filter, pixel].</param>
    /// <param name="magnitudes">[pixel].</param>
    private static void Compute(ReadOnlySpan<float> planes, Span<float> magnitudes)
    {
        magnitudes.Clear();
        for (int start = 0; start < planes.Length; start += magnitudes.Length)
        {
            ReadOnlySpan<float> results = planes.Slice(start, magnitudes.Length);
            TensorPrimitives.MultiplyAdd(results, results, magnitudes, magnitudes);
        }

        TensorPrimitives.Sqrt(magnitudes, magnitudes);
    }

    private void Put(ReadOnlySpan<float> plane, Span<float> image, int channel)
    {
        if (order == PixelOrder.Planar || channels == 1)
        {
            plane.CopyTo(image[(channel * plane.Length)..]);
            return;
        }

        for (int pixel = 0; pixel < plane.Length; pixel++)
        {
            image[pixel * channels + channel] = plane[pixel];
        }
    }
}
