using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>The memory of one value of the graph, or of its gradient.</summary>
internal sealed unsafe class Blob(Shape shape, Layout layout, int lanes, Slicing slicing)
{
    private Arena.Place place;
    private bool isPerWorker;

    public Shape Shape { get; } = shape;

    public Layout Layout { get; } = layout;

    public int Channels => Shape.Channels;

    /// <summary>Pixels kept around each plane, zeros: as far as the convolutions that read it reach.</summary>
    public Halo Halo { get; private set; }

    /// <summary>Images that cannot be taken apart.</summary>
    private int GroupImages => Layout == Layout.Images ? lanes : 1;

    private int PlanesPerGroup => Layout == Layout.Images ? Shape.Channels : 1;

    private int PixelLength => Layout == Layout.Images ? lanes : Shape.Channels;

    private nint RowPitch => (nint)(Shape.Width + Halo.Left + Halo.Right) * PixelLength;

    private nint PlanePitch => (Shape.Height + Halo.Top + Halo.Bottom) * RowPitch;

    /// <summary>What its planes look like, with no address yet: kernels are compiled for the pitches.</summary>
    public Planes Pattern => new(0, Planes(1), Shape.Height, Shape.Width, PixelLength, RowPitch, PlanePitch);

    public void Widen(Halo halo) => Halo = Halo.Union(Halo, halo);

    /// <summary>Reserves memory, either for a whole batch or, where the value is used up within a slice, for one slice of each worker.</summary>
    public void Reserve(Arena arena, int batchSize, int workers, bool perWorker)
    {
        isPerWorker = perWorker;
        place = arena.Reserve(perWorker ? workers * SliceLength : Planes(batchSize) * (long)PlanePitch);
    }

    /// <summary>The planes of a slice.</summary>
    public Planes View(in Slice slice) =>
        View(isPerWorker ? slice.Worker * SliceLength : slice.First / GroupImages * PlanesPerGroup * PlanePitch, slice.Count);

    /// <summary>The planes of the first images of the batch.</summary>
    public Planes View(int images) => View(0, images);

    /// <summary>Flat rows as a matrix, [images, channels]. A halo may lie between them: a neighbour may be a convolution.</summary>
    public static Kernels.Gemm.Matrix Rows(Planes planes) => new(planes.Address, planes.Count, planes.RowLength, planes.PlanePitch, 1);

    private nint SliceLength => (nint)AlignedBuffer.RoundUp(Planes(slicing.SliceImages) * (long)PlanePitch);

    private int Planes(int images) => (images + GroupImages - 1) / GroupImages * PlanesPerGroup;

    private Planes View(nint offset, int images)
    {
        float* first = place.Data + offset + Halo.Top * RowPitch + Halo.Left * PixelLength;
        return new Planes((nint)first, Planes(images), Shape.Height, Shape.Width, PixelLength, RowPitch, PlanePitch);
    }
}
