using System.Diagnostics;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>Rows of planes, for kernels that do the same to each element wherever it is.</summary>
internal static class Rows
{
    /// <summary>Where no halo parts the rows (or the planes) of any, makes them one long row.</summary>
    public static void Join(ref Planes a, ref Planes b)
    {
        Planes none = b;
        Join(ref a, ref b, ref none);
    }

    /// <inheritdoc cref="Join(ref Planes, ref Planes)"/>
    public static void Join(ref Planes a, ref Planes b, ref Planes c)
    {
        Debug.Assert(SameSize(a, b) && SameSize(a, c));
        if (!(HasJoinedRows(a) && HasJoinedRows(b) && HasJoinedRows(c)))
        {
            return;
        }

        a = JoinRows(a);
        b = JoinRows(b);
        c = JoinRows(c);
        if (HasJoinedPlanes(a) && HasJoinedPlanes(b) && HasJoinedPlanes(c))
        {
            a = JoinPlanes(a);
            b = JoinPlanes(b);
            c = JoinPlanes(c);
        }
    }

    public static bool SameSize(Planes a, Planes b) =>
        a.Count == b.Count && a.Height == b.Height && a.Width == b.Width && a.PixelLength == b.PixelLength;

    private static bool HasJoinedRows(Planes planes) => planes.RowPitch == planes.RowLength || planes.Height == 1;

    private static bool HasJoinedPlanes(Planes planes) => planes.PlanePitch == planes.RowLength || planes.Count == 1;

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
