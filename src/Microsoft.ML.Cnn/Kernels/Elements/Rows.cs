using System.Diagnostics;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>Rows of planes, for kernels that do the same to each element wherever it is.</summary>
internal static class Rows
{
    /// <summary>Where no halo parts the rows (or the planes) of either, makes them one long row.</summary>
    public static void Join(ref Planes a, ref Planes b)
    {
        Debug.Assert(SameSize(a, b));
        if (HasJoinedRows(a) && HasJoinedRows(b))
        {
            a = JoinRows(a);
            b = JoinRows(b);
            if (a.PlanePitch == a.RowLength && b.PlanePitch == b.RowLength)
            {
                a = JoinPlanes(a);
                b = JoinPlanes(b);
            }
        }
    }

    public static bool SameSize(Planes a, Planes b) =>
        a.Count == b.Count && a.Height == b.Height && a.Width == b.Width && a.PixelLength == b.PixelLength;

    private static bool HasJoinedRows(Planes planes) => planes.RowPitch == planes.RowLength || planes.Height == 1;

    private static Planes JoinRows(Planes planes)
    {
        Planes joined = planes with { Height = 1, Width = planes.Height * planes.Width };
        return joined with { RowPitch = joined.RowLength };
    }

    private static Planes JoinPlanes(Planes planes)
    {
        Planes joined = planes with { Count = 1, Width = planes.Count * planes.Width };
        return joined with { RowPitch = joined.RowLength, PlanePitch = joined.RowLength };
    }
}
