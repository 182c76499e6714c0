using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels.Convolution;

/// <summary>
/// The sizes of a convolution by <see cref="RowPoints"/> with images in the lanes: along its rows it is a product at a few points, down its
/// columns an ordinary sum.
/// </summary>
internal sealed class LaneWinograd<V>(ConvolutionGeometry geometry)
    where V : struct, IVector<V>
{
    public ConvolutionGeometry Geometry { get; } = geometry;

    public RowPoints Points { get; } = RowPoints.For(geometry.Columns.Output, geometry.Columns.Kernel);

    /// <summary>Tiles of a row.</summary>
    public int Tiles => Points.Tiles(Geometry.Columns.Output);

    /// <summary>Products of one output at one point.</summary>
    public int Depth => Geometry.Rows.Kernel * Geometry.InputChannels;

    /// <summary>x at the points.</summary>
    public PointPlanes<V> Input => new(Points.Count, Geometry.Rows.Output - 1 + Geometry.Rows.Kernel, 0, Geometry.InputChannels, Tiles);

    /// <summary>dy at the points. A pair of rows of the input may reach one row beyond.</summary>
    public PointPlanes<V> Gradient => new(Points.Count, Geometry.Rows.Output + 2, 1, Geometry.OutputChannels, Tiles);

    /// <summary>Floats of the filters at one point, <c>[kernel row, input channel, filter]</c>.</summary>
    public int PointFilters => Depth * Geometry.OutputChannels;

    /// <summary>Floats of the filters at all points.</summary>
    public int FiltersLength => Points.Count * PointFilters;

    /// <summary>Pixels of a row that windows see, padding included.</summary>
    public int RowPixels => Geometry.Columns.Output - 1 + Geometry.Columns.Kernel;

    /// <summary>Filters at the points, from <c>[kernel row, kernel column, input channel, filter]</c>.</summary>
    public unsafe void TransformFilters(float* weights, float* filters)
    {
        nint length = (nint)Geometry.InputChannels * Geometry.OutputChannels;
        int taps = Geometry.Columns.Kernel;
        new Span<float>(filters, FiltersLength).Clear();
        for (int point = 0; point < Points.Count; point++)
        {
            for (int row = 0; row < Geometry.Rows.Kernel; row++)
            {
                for (int tap = 0; tap < taps; tap++)
                {
                    float* source = weights + (row * taps + tap) * length;
                    ScaledSum.AddTo<V>(source, Points.Filter(point, tap), filters + point * PointFilters + row * length, length);
                }
            }
        }
    }

    /// <summary>The adjoint of <see cref="TransformFilters"/>: gradients at the points become those of the filters.</summary>
    public unsafe void AddUpPoints(float* gradients, float* dw)
    {
        nint length = (nint)Geometry.InputChannels * Geometry.OutputChannels;
        int taps = Geometry.Columns.Kernel;
        new Span<float>(dw, Geometry.WeightCount).Clear();
        for (int point = 0; point < Points.Count; point++)
        {
            for (int row = 0; row < Geometry.Rows.Kernel; row++)
            {
                for (int tap = 0; tap < taps; tap++)
                {
                    float* target = dw + (row * taps + tap) * length;
                    ScaledSum.AddTo<V>(gradients + point * PointFilters + row * length, Points.Filter(point, tap), target, length);
                }
            }
        }
    }
}
