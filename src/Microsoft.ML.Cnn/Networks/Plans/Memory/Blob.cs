using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans.Memory;

/// <summary>The memory of one value of the graph, or of its gradient.</summary>
internal sealed unsafe class Blob(Shape shape, Layout layout, int lanes)
{
    private Arena.Place place;

    /// <summary>Floats from the memory of one worker, or shard, to that of the next; 0 where the value has room for the whole batch.</summary>
    private long roomPitch;
    private bool isOfShard;

    public Shape Shape { get; } = shape;

    public Layout Layout { get; } = layout;

    public int Channels => Shape.Channels;

    /// <summary>Pixels kept around each plane, zeros: as far as the convolutions that read it reach.</summary>
    public Halo Halo { get; private set; }

    /// <summary>Whether other values lie in the same memory at other times, so that the halo has to be cleared each time.</summary>
    public bool HaloIsOverwritten { get; private set; }

    /// <summary>Whether the halo is larger than what it surrounds: too costly to be cleared again and again.</summary>
    public bool IsMostlyHalo => PlanePitch > 2 * (nint)Shape.Height * Shape.Width * PixelLength;

    /// <summary>Whether it is read after the backward pass, when the gradients of parameters are added up.</summary>
    public bool IsKeptUntilReduced { get; private set; }

    /// <summary>Images that cannot be taken apart.</summary>
    private int GroupImages => Layout == Layout.Images ? lanes : 1;

    private int PlanesPerGroup => Layout == Layout.Images ? Shape.Channels : 1;

    private int PixelLength => Layout == Layout.Images ? lanes : Shape.Channels;

    private nint RowPitch => (nint)(Shape.Width + Halo.Left + Halo.Right) * PixelLength;

    private nint PlanePitch => (Shape.Height + Halo.Top + Halo.Bottom) * RowPitch;

    /// <summary>What its planes look like, with no address yet: kernels are compiled for the pitches.</summary>
    public Planes Pattern => new(0, Planes(1), Shape.Height, Shape.Width, PixelLength, RowPitch, PlanePitch);

    public void Widen(Halo halo) => Halo = Halo.Union(Halo, halo);

    public void KeepUntilReduced() => IsKeptUntilReduced = true;

    /// <summary>Floats for some images.</summary>
    public long LengthOf(int images) => AlignedBuffer.RoundUp(Planes(images) * (long)PlanePitch);

    /// <summary>Puts it where it has room for the whole batch.</summary>
    public void PutForBatch(Arena.Place at, bool isShared) => Put(at, 0, isShared);

    /// <summary>Puts it where each worker, or each shard, has room for a slice.</summary>
    public void PutForSlices(Arena.Place first, long pitch, bool isOfShard, bool isShared)
    {
        this.isOfShard = isOfShard;
        Put(first, pitch, isShared);
    }

    /// <summary>The planes of a slice.</summary>
    public Planes View(in Slice slice) =>
        View(
            roomPitch > 0
                ? (isOfShard ? slice.Shard : slice.Worker) * (nint)roomPitch
                : slice.First / GroupImages * PlanesPerGroup * PlanePitch,
            slice.Count
        );

    /// <summary>The planes of the first images of the batch.</summary>
    public Planes View(int images) => View(0, images);

    /// <summary>Zeros around the planes of a slice.</summary>
    public void ClearHalo(in Slice slice) => PlaneHalo.Clear(View(slice), Halo);

    /// <summary>Flat rows as a matrix, [images, channels]. A halo may lie between them: a neighbour may be a convolution.</summary>
    public static Kernels.Gemm.Matrix Rows(Planes planes) => new(planes.Address, planes.Count, planes.RowLength, planes.PlanePitch, 1);

    private int Planes(int images) => (images + GroupImages - 1) / GroupImages * PlanesPerGroup;

    private void Put(Arena.Place at, long pitch, bool isShared)
    {
        place = at;
        roomPitch = pitch;
        HaloIsOverwritten = isShared && Halo != Halo.None;
    }

    private Planes View(nint offset, int images)
    {
        float* first = place.Data + offset + Halo.Top * RowPitch + Halo.Left * PixelLength;
        return new Planes((nint)first, Planes(images), Shape.Height, Shape.Width, PixelLength, RowPitch, PlanePitch);
    }
}
