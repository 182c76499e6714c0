using Microsoft.ML.Cnn.Networks.Plans.Memory;

namespace Microsoft.ML.Cnn.Tests.Networks.Plans.Memory;

public class MemoryPackingTests
{
    [Fact]
    public void What_is_never_needed_together_shares_memory()
    {
        MemoryPacking packing = new([new(100, 0, 1), new(60, 2, 3), new(40, 2, 2)]);

        Assert.Equal(100, packing.Length);
        Assert.True(packing.IsShared(0));
        Assert.True(packing.IsShared(1));
        Assert.NotEqual(packing.Offset(1), packing.Offset(2));
    }

    [Fact]
    public void What_is_needed_together_does_not()
    {
        MemoryPacking packing = new([new(100, 0, 2), new(60, 2, 3)]);

        Assert.Equal(160, packing.Length);
        Assert.False(packing.IsShared(0));
        Assert.False(packing.IsShared(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Of_many_requests_no_two_overlap_in_time_and_place(int seed)
    {
        Random random = new(seed);
        MemoryRequest[] requests =
        [
            .. Enumerable
                .Range(0, 60)
                .Select(_ =>
                {
                    int begin = random.Next(40);
                    return new MemoryRequest(1 + random.Next(500), begin, begin + random.Next(12));
                }),
        ];

        MemoryPacking packing = new(requests);

        for (int i = 0; i < requests.Length; i++)
        {
            Assert.InRange(packing.Offset(i) + requests[i].Length, 1, packing.Length);
            bool shares = false;
            for (int j = 0; j < requests.Length; j++)
            {
                bool meetInPlace =
                    i != j
                    && packing.Offset(i) < packing.Offset(j) + requests[j].Length
                    && packing.Offset(j) < packing.Offset(i) + requests[i].Length;
                shares |= meetInPlace;
                Assert.False(meetInPlace && requests[i].MeetsInTime(requests[j]), $"{requests[i]} and {requests[j]} overlap.");
            }

            Assert.Equal(shares, packing.IsShared(i));
        }
    }
}
