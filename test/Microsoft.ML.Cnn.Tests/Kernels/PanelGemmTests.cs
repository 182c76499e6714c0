using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Tensors;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public class PanelGemmTests
{
    /// <summary>Floats between the rows of C that no product may touch.</summary>
    private const int Gap = 5;

    private static readonly Sizes[] All =
    [
        new(1, 1, 1),
        new(2, 3, 31),
        new(3, 5, 7),
        new(14, 16, 32),
        new(15, 17, 33),
        new(29, 300, 65), // more than one packed block
        new(1, 600, 9),
    ];

    [Fact]
    public void A_product_is_that_of_the_definition_whatever_the_sizes_and_strides()
    {
        EachWidth(new Form(Packed: true));
        EachWidth(new Form(Packed: false));
        EachWidth(new Form(Packed: true, Transposed: true));
        EachWidth(new Form(Packed: false, Transposed: true));
    }

    [Fact]
    public void A_bias_is_added_to_every_row()
    {
        EachWidth(new Form(Packed: true, Bias: true));
        EachWidth(new Form(Packed: false, Bias: true));
    }

    [Fact]
    public void A_rectified_product_has_no_negative_element()
    {
        EachWidth(new Form(Packed: true, Bias: true, Rectify: true));
        EachWidth(new Form(Packed: false, Bias: true, Rectify: true));
    }

    [Fact]
    public void An_accumulated_product_is_added_to_what_is_there() => EachWidth(new Form(Packed: false, Accumulate: true));

    private static void EachWidth(Form form)
    {
        foreach (Sizes sizes in All)
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

        using AlignedBuffer packed = new(PanelGemm<V>.PackedLength(k, n));
        using AlignedBuffer scratch = new(PanelGemm<V>.ScratchLength);
        fixed (float* leftData = left)
        fixed (float* rightData = right)
        fixed (float* biasData = bias)
        fixed (float* resultData = result)
        {
            Matrix a = form.Transposed ? new Matrix(leftData, k, m).Transposed : new Matrix(leftData, m, k);
            Matrix b = form.Transposed ? new Matrix(rightData, n, k).Transposed : new Matrix(rightData, k, n);
            Matrix c = new((nint)resultData, m, n, pitch, 1);
            float* start = form.Bias ? biasData : null;
            for (int panel = 0; panel < PanelGemm<V>.Panels(n); panel++)
            {
                if (form.Packed)
                {
                    PanelGemm<V>.Pack(b, panel, packed.Data);
                    PanelGemm<V>.MultiplyPacked(a, packed.Data, c, panel, start, form.Rectify);
                }
                else
                {
                    PanelGemm<V>.Multiply(a, b, c, panel, scratch.Data, start, form.Rectify, form.Accumulate);
                }
            }
        }

        Approximately.Equal(expected, Array.ConvertAll(result, value => (double)value), 1e-5, (typeof(V).Name, sizes, form));
        Assert.All(result.Where((_, i) => i % pitch >= n), guard => Assert.Equal(PlanesBuffer.Sentinel, guard));
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
                double factor = form.Transposed ? left[i * m + row] : left[row * k + i];
                sum += factor * (form.Transposed ? right[column * k + i] : right[i * n + column]);
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
        bool Packed,
        bool Transposed = false,
        bool Bias = false,
        bool Rectify = false,
        bool Accumulate = false
    );
}
