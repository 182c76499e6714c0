using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Tests.Kernels;

public class TranspositionTests
{
    private const float Sentinel = -7;

    [Fact]
    public void Rows_of_a_block_become_columns()
    {
        RowsBecomeColumns<F32x16>();
        RowsBecomeColumns<F32x8>();
        RowsBecomeColumns<F32x4>();
        RowsBecomeColumns<F32x1>();
    }

    [Fact]
    public void The_lanes_of_each_vector_are_added_up()
    {
        LanesAreAddedUp<F32x16>();
        LanesAreAddedUp<F32x8>();
        LanesAreAddedUp<F32x4>();
        LanesAreAddedUp<F32x1>();
    }

    private static unsafe void RowsBecomeColumns<V>()
        where V : struct, IVector<V>
    {
        (int sourcePitch, int targetPitch) = (V.Count + 3, V.Count + 1);
        float[] source = [.. Enumerable.Range(0, V.Count * sourcePitch).Select(i => (float)i)];
        float[] target = [.. Enumerable.Repeat(Sentinel, V.Count * targetPitch)];
        fixed (float* from = source)
        fixed (float* to = target)
        {
            Transposition.Block<V>(from, sourcePitch, to, targetPitch);
        }

        for (int i = 0; i < V.Count; i++)
        {
            float[] row = target[(i * targetPitch)..((i + 1) * targetPitch)];
            Assert.Equal(Enumerable.Range(0, V.Count).Select(j => source[j * sourcePitch + i]).Append(Sentinel), row);
        }
    }

    /// <summary>Two blocks and a rest; small whole numbers, whose sums are exact.</summary>
    private static unsafe void LanesAreAddedUp<V>()
        where V : struct, IVector<V>
    {
        int vectors = 2 * V.Count + 3;
        float[] lanes = [.. Enumerable.Range(0, vectors * V.Count).Select(i => (float)(i * 37 % 101))];
        float[] expected = [.. lanes.Chunk(V.Count).Select(vector => vector.Sum())];
        float[] sums = [.. Enumerable.Repeat(Sentinel, vectors + 1)];
        fixed (float* from = lanes)
        fixed (float* to = sums)
        {
            LaneSums.To<V>(from, vectors, to, accumulate: false);
            Assert.Equal([.. expected, Sentinel], sums);
            LaneSums.To<V>(from, vectors, to, accumulate: true);
            Assert.Equal([.. expected.Select(sum => 2 * sum), Sentinel], sums);
        }
    }
}
