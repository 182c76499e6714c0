using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>Fills planes, and never their halo.</summary>
internal static unsafe class PlaneFill
{
    public static void Zero(Planes planes)
    {
        for (int plane = 0; plane < planes.Count; plane++)
        {
            Zero(planes, plane);
        }
    }

    public static void Zero(Planes planes, int plane)
    {
        for (int row = 0; row < planes.Height; row++)
        {
            new Span<float>(planes.Row(plane, row), planes.RowLength).Clear();
        }
    }
}
