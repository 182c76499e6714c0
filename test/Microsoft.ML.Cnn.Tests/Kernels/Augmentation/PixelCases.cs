using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tests.Kernels.Reference;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

/// <summary>A kernel on one image. Those that work in place leave y alone.</summary>
internal abstract unsafe class PixelKernel(bool isInPlace)
{
    public bool IsInPlace => isInPlace;

    public abstract void Run<V>(float* x, float* y, PixelGrid grid, float* line)
        where V : struct, IVector<V>;
}

/// <summary>Runs kernels on images of odd sizes, in both orders, on every width, between guards.</summary>
internal static unsafe class PixelCases
{
    private const double Tolerance = 2e-4;

    /// <summary>Of every number of channels, and with sides below and above all widths.</summary>
    public static IReadOnlyList<Shape> Shapes { get; } =
    [new(5, 7, 1), new(6, 9, 3), new(19, 21, 3), new(1, 33, 1), new(4, 5, 4), new(7, 1, 2), new(3, 50, 3)];

    /// <summary>Pixels from 0 to 255.</summary>
    public static PixelReference Image(Shape shape)
    {
        Random random = new(shape.GetHashCode());
        return PixelReference.Of(shape, (_, _, _) => random.Next(256));
    }

    public static IEnumerable<PixelGrid> Grids(Shape shape) => [PixelGrid.Interleaved(shape), PixelGrid.Planar(shape)];

    /// <summary>Compares a kernel with what it shall give, wherever and however it runs.</summary>
    public static void Check(Shape shape, PixelKernel kernel, Func<PixelReference, PixelReference> expected)
    {
        PixelReference image = Image(shape);
        foreach (PixelGrid grid in Grids(shape))
        {
            double[] wanted = expected(image).In(grid);
            foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
            {
                double[] actual = SimdDispatch.Run(set, new Runner(kernel, image, grid));
                for (int i = 0; i < wanted.Length; i++)
                {
                    Assert.True(
                        Math.Abs(wanted[i] - actual[i]) <= Tolerance,
                        $"{shape} {grid} {set}: [{i}] is {actual[i]}, not {wanted[i]}"
                    );
                }
            }
        }
    }

    private sealed class Runner(PixelKernel kernel, PixelReference image, PixelGrid grid) : IVectorFactory<double[]>
    {
        public double[] Create<V>()
            where V : struct, IVector<V>
        {
            using GuardedFloats x = GuardedFloats.Of(image.In(grid));
            using GuardedFloats y = new(grid.Length);
            using GuardedFloats line = new(grid.RowLength);
            kernel.Run<V>(x.Data, y.Data, grid, line.Data);
            x.AssertGuards();
            y.AssertGuards();
            line.AssertGuards();
            if (kernel.IsInPlace)
            {
                return x.Read();
            }

            Assert.Equal(image.In(grid), x.Read());
            return y.Read();
        }
    }
}
