using System.Numerics.Tensors;

namespace Microsoft.ML.Cnn.Transforms;

/// <summary>Whether pixels are numbers that a network can take.</summary>
internal static class PixelCheck
{
    /// <summary>Whether none is NaN or infinite.</summary>
    public static bool AreFinite(ReadOnlySpan<float> pixels)
    {
        // The sum tells nearly always; where finite pixels are so great that it overflows, each is looked at.
        if (float.IsFinite(TensorPrimitives.SumOfMagnitudes(pixels)))
        {
            return true;
        }

        foreach (float pixel in pixels)
        {
            if (!float.IsFinite(pixel))
            {
                return false;
            }
        }

        return true;
    }
}
