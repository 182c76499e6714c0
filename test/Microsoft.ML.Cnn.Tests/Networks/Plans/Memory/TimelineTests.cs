using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Networks.Plans.Memory;
using Microsoft.ML.Cnn.Tensors;

namespace Microsoft.ML.Cnn.Tests.Networks.Plans.Memory;

public sealed class TimelineTests
{
    private static readonly Pass[] slices = [new SlicePass((in Slice _) => { })];
    private static readonly Pass[] batch = [new BatchPass(3, (_, _) => { })];

    [Fact]
    public void Slice_passes_that_follow_each_other_share_a_phase_and_batch_passes_have_one_each()
    {
        Timeline time = new();
        Assert.Equal([0, 0, 1, 2, 3], new[] { slices, slices, batch, batch, slices }.Select(turn => time.Add(turn).Begin.Phase));
    }

    [Fact]
    public void A_value_with_a_halo_begins_where_the_halo_is_cleared_among_the_slices_before_its_maker()
    {
        Timeline time = new();
        Blob bare = new(new Shape(4, 4, 16), Layout.Channels, lanes: 16);
        Blob wide = new(new Shape(4, 4, 16), Layout.Channels, lanes: 16);
        wide.Widen(new Halo(1, 1, 1, 1));
        _ = time.Add(slices);
        Life slow = time.Add(slices);
        Life cleared = time.Add(batch, wide);
        Assert.Equal(slow.End.Phase, cleared.Begin.Phase);
        Assert.Equal(cleared.Begin.Phase + 1, cleared.End.Phase);
        Assert.Equal(cleared.End.Phase + 1, time.Add(batch, bare).Begin.Phase);
    }
}
