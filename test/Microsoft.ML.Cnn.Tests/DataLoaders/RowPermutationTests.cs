using FsCheck;
using FsCheck.Xunit;
using Microsoft.ML.Cnn.DataLoaders;

namespace Microsoft.ML.Cnn.Tests.DataLoaders;

public class RowPermutationTests
{
    [Property]
    public bool Each_row_stands_in_the_order_exactly_once(PositiveInt rows, int seed)
    {
        int n = rows.Get;
        RowPermutation order = new(n, new Random(seed));
        return Places(n).Select(place => order[place]).Order().SequenceEqual(Places(n));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(60_000)]
    public void Sizes_around_powers_of_two_are_covered_as_well(int rows)
    {
        RowPermutation order = new(rows, new Random(5));
        Assert.Equal(Places(rows), Places(rows).Select(place => order[place]).Order());
    }

    [Fact]
    public void More_rows_than_an_int_can_count_are_permuted_within_their_range()
    {
        const long Rows = (1L << 32) - 1;
        RowPermutation order = new(Rows, new Random(3));
        long[] rows = [.. Places(10_000).Select(place => order[Rows - 1 - place])];
        Assert.All(rows, row => Assert.InRange(row, 0, Rows - 1));
        Assert.Equal(rows.Length, rows.Distinct().Count());
    }

    [Fact]
    public void The_same_random_numbers_give_the_same_order_and_others_another()
    {
        RowPermutation one = new(1000, new Random(1));
        RowPermutation same = new(1000, new Random(1));
        RowPermutation other = new(1000, new Random(2));
        Assert.Equal(Places(1000).Select(place => one[place]), Places(1000).Select(place => same[place]));
        Assert.NotEqual(Places(1000).Select(place => one[place]), Places(1000).Select(place => other[place]));
    }

    [Fact]
    public void A_generator_derived_from_Random_decides_the_order()
    {
        RowPermutation one = new(1000, new CountingRandom());
        RowPermutation same = new(1000, new CountingRandom());
        Assert.Equal(Places(1000).Select(place => one[place]), Places(1000).Select(place => same[place]));
    }

    [Fact]
    public void Rows_go_to_all_places_alike()
    {
        // Row 0 of 16, over 8,000 orders: 500 times at each place, with a standard deviation of 22.
        int[] counts = new int[16];
        for (int seed = 0; seed < 8000; seed++)
        {
            RowPermutation order = new(16, new Random(seed));
            counts[Enumerable.Range(0, 16).Single(place => order[place] == 0)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 400, 600));
    }

    [Fact]
    public void Neighbours_are_torn_apart()
    {
        RowPermutation order = new(60_000, new Random(1));
        int together = Enumerable.Range(0, 59_999).Count(place => Math.Abs(order[place + 1] - order[place]) == 1);
        Assert.InRange(together, 0, 20);
    }

    private static IEnumerable<long> Places(int rows) => Enumerable.Range(0, rows).Select(place => (long)place);

    private sealed class CountingRandom : Random
    {
        private int _count;

        public override int Next(int maxValue) => _count++ * 977 % maxValue;
    }
}
