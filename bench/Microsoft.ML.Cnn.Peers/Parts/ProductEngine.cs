using Microsoft.ML.Cnn.Kernels.Gemm;
using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Peers.Engines;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Peers.Parts;

/// <summary>A product of square matrices by this library's kernel for large ones, into the same matrix each time.</summary>
internal sealed unsafe class ProductEngine<V>(int side, float[] left, float[] right) : IPartEngine
    where V : struct, IVector<V>
{
    private readonly AlignedBuffer a = AlignedCopy.Of(left);
    private readonly AlignedBuffer b = AlignedCopy.Of(right);
    private readonly AlignedBuffer c = new(left.Length);
    private readonly AlignedBuffer scratch = new(BlockGemm<V>.ScratchLength);

    public void Step() => BlockGemm<V>.Multiply(Square(a), Square(b), Square(c), scratch.Data);

    public float[] Result()
    {
        Step();
        return c.Span.ToArray();
    }

    public void Dispose()
    {
        a.Dispose();
        b.Dispose();
        c.Dispose();
        scratch.Dispose();
    }

    private Matrix Square(AlignedBuffer buffer) => new(buffer.Data, side, side);
}
