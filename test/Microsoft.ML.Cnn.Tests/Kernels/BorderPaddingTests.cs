using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public class BorderPaddingTests
{
    private const float Constant = 7;

    private static readonly Border[] Borders = [Border.Zero, Border.Constant, Border.Replicate, Border.Reflect];
    private static readonly Halo[] Paddings = [new(1, 2, 0, 1), new(2, 2, 2, 3), Halo.None];

    [Fact]
    public void Each_border_shows_what_its_name_says()
    {
        Assert.Equal([0, 0, 1, 2, 3, 0], Row(Border.Zero));
        Assert.Equal([7, 7, 1, 2, 3, 7], Row(Border.Constant));
        Assert.Equal([1, 1, 1, 2, 3, 3], Row(Border.Replicate));
        Assert.Equal([3, 2, 1, 2, 3, 2], Row(Border.Reflect));
    }

    [Fact]
    public void Images_are_padded_and_gradients_folded_back()
    {
        foreach (int channels in new[] { 1, 3, 17 })
        {
            EachLayout<F32x16>(channels);
            EachLayout<F32x8>(channels);
            EachLayout<F32x4>(channels);
            EachLayout<F32x1>(channels);
        }
    }

    [Fact]
    public unsafe void A_border_can_be_drawn_into_the_halo_and_folded_out_of_it_in_place()
    {
        Halo padding = new(2, 1, 1, 2);
        Batch x = Batch.WithoutTies(3, new Shape(4, 5, 3), 1);
        Shape padded = new(7, 8, 3);
        foreach (Border border in Borders)
        {
            using PlanesBuffer image = PlanesBuffer.Of(Reference(x, padding, Border.Zero), Layout.Channels, 4);
            Planes whole = image.Planes;
            Planes inner = whole with { Address = (nint)whole.Pixel(0, 2, 1), Height = 4, Width = 5 };
            BorderPadding.Forward(inner, whole, padding, border, Constant);
            Assert.Equal(Reference(x, padding, border).Values, image.Read().Values);

            Batch dy = Batch.WithoutTies(3, padded, 2);
            image.Write(dy);
            BorderPadding.Backward<F32x4>(whole, inner, padding, border);
            Batch folded = image.Read();
            Batch expected = Fold(dy, x.Shape, padding, border);
            for (int row = 0; row < 4; row++)
            {
                for (int column = 0; column < 5; column++)
                {
                    Assert.Equal(expected[1, row, column, 2], folded[1, row + 2, column + 1, 2], 1e-6);
                }
            }
        }
    }

    [Fact]
    public void The_gradient_of_the_reference_agrees_with_central_differences()
    {
        Shape shape = new(4, 4, 1);
        Halo padding = new(2, 1, 1, 2);
        foreach (Border border in Borders)
        {
            CentralDifferences.Check(
                x => Reference(new(1, shape, x), padding, border).Values,
                (_, dy) => Fold(new(1, new(7, 7, 1), dy), shape, padding, border).Values,
                Batch.WithoutTies(1, shape, 1).Values
            );
        }
    }

    private static double[] Row(Border border)
    {
        using PlanesBuffer x = PlanesBuffer.Of(new Batch(1, new Shape(1, 3, 1), [1, 2, 3]), Layout.Channels, 1);
        using PlanesBuffer y = new(Layout.Channels, 1, 1, new Shape(1, 6, 1));
        BorderPadding.Forward(x.Planes, y.Planes, new Halo(0, 2, 0, 1), border, Constant);
        return y.Read().Values;
    }

    private static void EachLayout<V>(int channels)
        where V : struct, IVector<V>
    {
        foreach (Halo padding in Paddings)
        {
            foreach (Border border in Borders)
            {
                Matches<V>(Layout.Channels, channels, padding, border);
                Matches<V>(Layout.Images, channels, padding, border);
            }
        }
    }

    private static void Matches<V>(Layout layout, int channels, Halo padding, Border border)
        where V : struct, IVector<V>
    {
        Batch x = Batch.WithoutTies(V.Count + 1, new Shape(4, 5, channels), 1);
        Batch y = Reference(x, padding, border);
        using PlanesBuffer input = PlanesBuffer.Of(x, layout, V.Count, new Halo(1, 0, 0, 1));
        using PlanesBuffer output = new(layout, V.Count, x.Images, y.Shape, new Halo(0, 1, 1, 0));
        BorderPadding.Forward(input.Planes, output.Planes, padding, border, Constant);
        Assert.Equal(y.Values, output.Read().Values);
        output.AssertGuards();

        Batch dy = Batch.WithoutTies(y.Images, y.Shape, 2);
        using PlanesBuffer gradient = PlanesBuffer.Of(dy, layout, V.Count, new Halo(1, 0, 0, 1));
        using PlanesBuffer result = new(layout, V.Count, x.Images, x.Shape, new Halo(1, 1, 0, 2));
        BorderPadding.Backward<V>(gradient.Planes, result.Planes, padding, border);
        Approximately.Equal(Fold(dy, x.Shape, padding, border), result.Read(), 1e-6, $"{layout} {border} {padding}");
        result.AssertGuards();
    }

    private static Batch Reference(Batch x, Halo padding, Border border)
    {
        Batch y = new(
            x.Images,
            new Shape(x.Shape.Height + padding.Top + padding.Bottom, x.Shape.Width + padding.Left + padding.Right, x.Shape.Channels)
        );
        ForEach(
            y,
            (image, row, column, channel) =>
                y[image, row, column, channel] =
                    Shown(x.Shape, row - padding.Top, column - padding.Left, border) is (int sourceRow, int sourceColumn)
                        ? x[image, sourceRow, sourceColumn, channel]
                    : border == Border.Constant ? Constant
                    : 0
        );
        return y;
    }

    private static Batch Fold(Batch dy, Shape shape, Halo padding, Border border)
    {
        Batch dx = new(dy.Images, shape);
        ForEach(
            dy,
            (image, row, column, channel) =>
            {
                if (Shown(shape, row - padding.Top, column - padding.Left, border) is (int sourceRow, int sourceColumn))
                {
                    dx[image, sourceRow, sourceColumn, channel] += dy[image, row, column, channel];
                }
            }
        );
        return dx;
    }

    private static (int Row, int Column)? Shown(Shape shape, int row, int column, Border border)
    {
        bool inside = row >= 0 && row < shape.Height && column >= 0 && column < shape.Width;
        return border switch
        {
            Border.Replicate => (Math.Clamp(row, 0, shape.Height - 1), Math.Clamp(column, 0, shape.Width - 1)),
            Border.Reflect => (Mirror(row, shape.Height), Mirror(column, shape.Width)),
            _ => inside ? (row, column) : null,
        };
    }

    private static int Mirror(int position, int length) => length - 1 - Math.Abs(length - 1 - Math.Abs(position));

    private static void ForEach(Batch batch, Action<int, int, int, int> visit)
    {
        for (int image = 0; image < batch.Images; image++)
        for (int row = 0; row < batch.Shape.Height; row++)
        for (int column = 0; column < batch.Shape.Width; column++)
        for (int channel = 0; channel < batch.Shape.Channels; channel++)
        {
            visit(image, row, column, channel);
        }
    }
}
