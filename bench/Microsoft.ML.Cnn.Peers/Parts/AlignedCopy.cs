using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Peers.Parts;

/// <summary>Numbers where kernels read them.</summary>
internal static class AlignedCopy
{
    public static AlignedBuffer Of(float[] values)
    {
        AlignedBuffer buffer = new(values.Length);
        values.CopyTo(buffer.Span);
        return buffer;
    }
}
