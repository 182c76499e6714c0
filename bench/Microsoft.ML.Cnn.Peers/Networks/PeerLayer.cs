using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Peers.Networks;

/// <summary>
/// A layer at its place, with the order in which libtorch and ONNX keep its weights: <c>[outputs, inputs, height, width]</c>, where here it is
/// <c>[height, width, inputs, outputs]</c>. Of a dense layer, height and width are those of the image that was flattened before it.
/// </summary>
internal sealed record PeerLayer(PlacedLayer Placed, int Height, int Width, int Inputs, int Outputs)
{
    public Layer Layer => Placed.Layer;

    public string WeightPath => ParameterTable.PathOf(Placed.Path, ParameterSpec.Weight);

    public string BiasPath => ParameterTable.PathOf(Placed.Path, ParameterSpec.Bias);

    /// <summary>The dimensions of the peers' weights.</summary>
    public long[] WeightShape => Layer is Dense ? [Outputs, (long)Inputs * Height * Width] : [Outputs, Inputs, Height, Width];

    public static IEnumerable<PeerLayer> Of(IEnumerable<PlacedLayer> layers)
    {
        Shape image = default;
        foreach (PlacedLayer placed in layers)
        {
            image = placed.Layer is Flatten ? placed.Input : image;
            yield return placed.Layer switch
            {
                Conv2D conv => new(placed, conv.Kernel.Height, conv.Kernel.Width, placed.Input.Channels / conv.Groups, conv.Filters),
                Dense dense when image.Length == placed.Input.Length => new(placed, image.Height, image.Width, image.Channels, dense.Units),
                Dense dense => new(placed, 1, 1, placed.Input.Channels, dense.Units),
                _ => new(placed, 1, 1, placed.Input.Channels, placed.Output.Channels),
            };
            image = placed.Layer is Dense ? default : image;
        }
    }

    /// <summary>Weights, or their gradient, in the peers' order.</summary>
    public float[] InPeerOrder(ReadOnlySpan<float> ours)
    {
        // Line by line of a cache on both sides: the transposition of a matrix whose rows are also taken in another order.
        const int Line = 16;
        int pixels = Height * Width;
        int columns = pixels * Inputs;
        float[] peer = new float[ours.Length];
        for (int firstOutput = 0; firstOutput < Outputs; firstOutput += Line)
        {
            int lastOutput = Math.Min(firstOutput + Line, Outputs);
            for (int first = 0; first < columns; first += Line)
            {
                for (int column = first; column < Math.Min(first + Line, columns); column++)
                {
                    (int input, int pixel) = Math.DivRem(column, pixels);
                    ReadOnlySpan<float> row = ours.Slice((pixel * Inputs + input) * Outputs, Outputs);
                    for (int output = firstOutput; output < lastOutput; output++)
                    {
                        peer[output * columns + column] = row[output];
                    }
                }
            }
        }

        return peer;
    }
}
