using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Conformance.Reference;

/// <summary>
/// y[o] = bias[o] + sum over taps and connected inputs i of w * x[i], the taps beyond the image reading its border.
/// </summary>
internal sealed class ConvolutionReference : ReferenceLayer
{
    private const int Outside = -1;

    private readonly ReferenceBuffers buffers;
    private readonly SlidingWindow rows;
    private readonly SlidingWindow columns;
    private readonly int filters;
    private readonly Border border;
    private readonly double borderValue;
    private readonly Connection[] connections;

    public ConvolutionReference(Conv2D layer, Shape input, ReferenceBuffers buffers)
    {
        this.buffers = buffers;
        (rows, columns) = SlidingWindow.Of(input, layer.Kernel, layer.Stride, layer.Dilation, layer.Padding, layer.Rounding);
        filters = layer.Filters;
        border = layer.Border;
        borderValue = layer.Border == Border.Constant ? layer.BorderValue : 0;
        int groupInputs = input.Channels / layer.Groups;
        int groupFilters = filters / layer.Groups;
        connections =
        [
            .. from filter in Enumerable.Range(0, filters)
            from channel in Enumerable.Range(0, groupInputs)
            select new Connection(filter / groupFilters * groupInputs + channel, filter, channel * filters + filter, groupInputs * filters),
        ];
    }

    public ConvolutionReference(MappedConv2D layer, Shape input, ReferenceBuffers buffers)
    {
        this.buffers = buffers;
        (rows, columns) = SlidingWindow.Of(input, layer.Kernel, 1, 1, Padding.Valid, Rounding.Exact);
        filters = layer.Table.Inputs.Length;
        int taps = layer.Kernel.Height * layer.Kernel.Width;
        List<Connection> list = [];
        for (int filter = 0; filter < filters; filter++)
        {
            foreach (int channel in layer.Table.Inputs[filter])
            {
                list.Add(new Connection(channel, filter, list.Count * taps, 1));
            }
        }

        connections = [.. list];
    }

    public override Batch Forward(Batch x)
    {
        Batch y = new(x.Images, new Shape(rows.Output, columns.Output, filters));
        double[] weights = buffers["weight"];
        for (int image = 0; image < x.Images; image++)
        for (int row = 0; row < rows.Output; row++)
        for (int column = 0; column < columns.Output; column++)
        {
            for (int filter = 0; filter < filters && buffers.Has("bias"); filter++)
            {
                y[image, row, column, filter] = buffers["bias"][filter];
            }

            for (int tap = 0; tap < rows.Kernel * columns.Kernel; tap++)
            {
                (int r, int c) = Source(row, column, tap);
                foreach (Connection connection in connections)
                {
                    double value = r == Outside ? borderValue : x[image, r, c, connection.Input];
                    y[image, row, column, connection.Filter] += weights[connection.Weight(tap)] * value;
                }
            }
        }

        return y;
    }

    public override Batch Backward(Batch x, Batch dy)
    {
        Batch dx = new(x.Images, x.Shape);
        double[] weights = buffers["weight"];
        double[] dw = buffers.Gradients["weight"] = new double[weights.Length];
        double[] db = new double[filters];
        for (int image = 0; image < x.Images; image++)
        for (int row = 0; row < rows.Output; row++)
        for (int column = 0; column < columns.Output; column++)
        {
            for (int filter = 0; filter < filters; filter++)
            {
                db[filter] += dy[image, row, column, filter];
            }

            for (int tap = 0; tap < rows.Kernel * columns.Kernel; tap++)
            {
                (int r, int c) = Source(row, column, tap);
                foreach (Connection connection in connections)
                {
                    double gradient = dy[image, row, column, connection.Filter];
                    int weight = connection.Weight(tap);
                    dw[weight] += gradient * (r == Outside ? borderValue : x[image, r, c, connection.Input]);
                    if (r != Outside)
                    {
                        dx[image, r, c, connection.Input] += gradient * weights[weight];
                    }
                }
            }
        }

        if (buffers.Has("bias"))
        {
            buffers.Gradients["bias"] = db;
        }

        return dx;
    }

    /// <summary>The pixel of the image that a tap reads; (-1, -1) where it reads the border's value.</summary>
    private (int Row, int Column) Source(int row, int column, int tap)
    {
        int r = Inside(rows.Pixel(row, tap / columns.Kernel), rows.Input);
        int c = Inside(columns.Pixel(column, tap % columns.Kernel), columns.Input);
        return r == Outside || c == Outside ? (Outside, Outside) : (r, c);
    }

    private int Inside(int pixel, int size) =>
        pixel >= 0 && pixel < size ? pixel
        : border == Border.Replicate ? Math.Clamp(pixel, 0, size - 1)
        : border == Border.Reflect ? (pixel < 0 ? -pixel : 2 * (size - 1) - pixel)
        : Outside;

    /// <summary>An input map that a filter sees, and where its weights lie.</summary>
    private readonly record struct Connection(int Input, int Filter, int FirstWeight, int TapStep)
    {
        public int Weight(int tap) => FirstWeight + tap * TapStep;
    }
}
