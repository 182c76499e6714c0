using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

/// <summary>All products of matrices, held to one definition.</summary>
public class GemmTests
{
    /// <summary>Floats between the rows of C that no product may touch.</summary>
    private const int Gap = 5;

    private static readonly Sizes[] all =
    [
        new(1, 1, 1),
        new(2, 3, 31),
        new(3, 5, 7),
        new(14, 16, 32),
        new(15, 17, 33),
        new(29, 300, 65), // more than one block of depth
        new(1, 600, 9),
        new(5, 40, 16), // one vector of 16
    ];

    private static readonly Sizes large = new(130, 270, 530); // more than one block in every direction

    private enum Algorithm
    {
        Panels,
        Blocks,
        Stream,
        Dots,
    }

    private static Algorithm[] WithBias => [Algorithm.Panels, Algorithm.Blocks, Algorithm.Stream];

    [Fact]
    public void A_product_is_that_of_the_definition_whatever_the_sizes_and_strides()
    {
        EachWidth(new Form(Algorithm.Panels));
        EachWidth(new Form(Algorithm.Panels, TransposeLeft: true, TransposeRight: true));
        EachWidth(new Form(Algorithm.Blocks));
        EachWidth(new Form(Algorithm.Blocks, TransposeLeft: true, TransposeRight: true));
        EachWidth(new Form(Algorithm.Stream));
        EachWidth(new Form(Algorithm.Dots, TransposeRight: true));
    }

    [Fact]
    public void Large_products_are_those_of_the_definition()
    {
        Matches<F32x16>(large, new Form(Algorithm.Blocks, TransposeRight: true));
        Matches<F32x8>(large, new Form(Algorithm.Blocks, TransposeLeft: true));
        Matches<F32x4>(large, new Form(Algorithm.Blocks, Rectify: true));
        Matches<F32x16>(large, new Form(Algorithm.Stream));
        Matches<F32x8>(large, new Form(Algorithm.Dots, TransposeRight: true));
    }

    [Fact]
    public void A_bias_is_added_to_every_row()
    {
        foreach (Algorithm algorithm in WithBias)
        {
            EachWidth(new Form(algorithm, Bias: true));
        }
    }

    [Fact]
    public void A_rectified_product_has_no_negative_element()
    {
        foreach (Algorithm algorithm in WithBias)
        {
            EachWidth(new Form(algorithm, Bias: true, Rectify: true));
        }
    }

    [Fact]
    public void An_accumulated_product_is_added_to_what_is_there() => EachWidth(new Form(Algorithm.Panels, Accumulate: true));

    [Fact]
    public void The_bits_of_an_element_do_not_depend_on_how_the_product_is_cut()
    {
        CutsAgree<F32x16>(Algorithm.Blocks);
        CutsAgree<F32x8>(Algorithm.Blocks);
        CutsAgree<F32x16>(Algorithm.Stream);
        CutsAgree<F32x4>(Algorithm.Stream);
        CutsAgree<F32x16>(Algorithm.Dots);
    }

    private static void EachWidth(Form form)
    {
        foreach (Sizes sizes in all)
        {
            Matches<F32x16>(sizes, form);
            Matches<F32x8>(sizes, form);
            Matches<F32x4>(sizes, form);
            Matches<F32x1>(sizes, form);
        }
    }

    private static unsafe void Matches<V>(Sizes sizes, Form form)
        where V : struct, IVector<V>
    {
        (int m, int k, int n) = sizes;
        float[] left = Values(m * k, seed: 1);
        float[] right = Values(k * n, seed: 2);
        float[] bias = Values(n, seed: 3);
        int pitch = n + Gap;
        float[] result = [.. Enumerable.Range(0, m * pitch).Select(i => i % pitch < n ? i % 7 : PlanesBuffer.Sentinel)];
        double[] expected = Expected(sizes, form, left, right, bias, result);
        fixed (float* leftData = left)
        fixed (float* rightData = right)
        fixed (float* biasData = bias)
        fixed (float* resultData = result)
        {
            Matrix a = form.TransposeLeft ? new Matrix(leftData, k, m).Transposed : new Matrix(leftData, m, k);
            Matrix b = form.TransposeRight ? new Matrix(rightData, n, k).Transposed : new Matrix(rightData, k, n);
            Multiply<V>(form, a, b, new Matrix((nint)resultData, m, n, pitch, 1), form.Bias ? biasData : null);
        }

        Approximately.Equal(expected, Array.ConvertAll(result, value => (double)value), 1e-5, (typeof(V).Name, sizes, form));
        Assert.All(result.Where((_, i) => i % pitch >= n), guard => Assert.Equal(PlanesBuffer.Sentinel, guard));
    }

    private static unsafe void Multiply<V>(Form form, Matrix a, Matrix b, Matrix c, float* bias)
        where V : struct, IVector<V>
    {
        using AlignedBuffer packed = new(PanelGemm<V>.PackedLength(b.Rows, b.Columns));
        int[] lengths = [BlockGemm<V>.ScratchLength, StreamGemm<V>.ScratchLength(a.Rows), DotGemm<V>.ScratchLength(a.Rows, a.Columns)];
        using AlignedBuffer scratch = new(lengths.Max());
        switch (form.Algorithm)
        {
            case Algorithm.Panels:
                for (int panel = 0; panel < PanelGemm<V>.Panels(c.Columns); panel++)
                {
                    PanelGemm<V>.Pack(b, panel, packed.Data);
                    PanelGemm<V>.MultiplyPacked(a, packed.Data, c, panel, bias, form.Rectify, form.Accumulate);
                }

                break;
            case Algorithm.Blocks:
                BlockGemm<V>.Multiply(a, b, c, scratch.Data, bias, form.Rectify);
                break;
            case Algorithm.Stream:
                StreamGemm<V>.Multiply(a, b, c, scratch.Data, bias, form.Rectify);
                break;
            default:
                DotGemm<V>.Multiply(a, b.Transposed, c, scratch.Data);
                break;
        }
    }

    private static unsafe void CutsAgree<V>(Algorithm algorithm)
        where V : struct, IVector<V>
    {
        (int m, int k, int n) = (17, 530, 77);
        float[] whole = new float[m * n];
        float[] cut = new float[m * n];
        fixed (float* left = Values(m * k, seed: 1))
        fixed (float* right = Values(k * n, seed: 2))
        fixed (float* wholeData = whole)
        fixed (float* cutData = cut)
        {
            Matrix a = new(left, m, k);
            Matrix b = algorithm == Algorithm.Dots ? new Matrix(right, n, k).Transposed : new Matrix(right, k, n);
            Multiply<V>(new Form(algorithm), a, b, new Matrix(wholeData, m, n), bias: null);
            Matrix c = new(cutData, m, n);
            foreach ((int row, int rows) in new[] { (0, 3), (3, 14) })
            foreach ((int column, int columns) in new[] { (0, 40), (40, 37) })
            {
                Matrix part = c.Part(row, column, rows, columns);
                Multiply<V>(new Form(algorithm), a.Part(row, 0, rows, k), b.Part(0, column, k, columns), part, bias: null);
            }
        }

        Assert.Equal(whole, cut);
    }

    /// <summary>C as it lies in memory, the gaps included.</summary>
    private static double[] Expected(Sizes sizes, Form form, float[] left, float[] right, float[] bias, float[] before)
    {
        (int m, int k, int n) = sizes;
        double[] c = Array.ConvertAll(before, value => (double)value);
        for (int row = 0; row < m; row++)
        for (int column = 0; column < n; column++)
        {
            ref double sum = ref c[row * (n + Gap) + column];
            sum =
                form.Accumulate ? sum
                : form.Bias ? bias[column]
                : 0;
            for (int i = 0; i < k; i++)
            {
                double factor = form.TransposeLeft ? left[i * m + row] : left[row * k + i];
                sum += factor * (form.TransposeRight ? right[column * k + i] : right[i * n + column]);
            }

            sum = form.Rectify ? Math.Max(0, sum) : sum;
        }

        return c;
    }

    private static float[] Values(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
    }

    private readonly record struct Sizes(int M, int K, int N);

    private readonly record struct Form(
        Algorithm Algorithm,
        bool TransposeLeft = false,
        bool TransposeRight = false,
        bool Bias = false,
        bool Rectify = false,
        bool Accumulate = false
    );
}
