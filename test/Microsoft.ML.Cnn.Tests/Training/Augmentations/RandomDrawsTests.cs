using Microsoft.ML.Cnn.Training.Augmentations;

namespace Microsoft.ML.Cnn.Tests.Training.Augmentations;

public sealed class RandomDrawsTests
{
    private const int Count = 100_000;

    [Fact]
    public void Beta_of_one_is_uniform() => Follows(1, x => x);

    [Fact]
    public void Beta_of_one_half_is_the_arcsine_distribution() => Follows(0.5f, x => 2 / Math.PI * Math.Asin(Math.Sqrt(x)));

    [Fact]
    public void Beta_of_two_is_a_parabola() => Follows(2, x => x * x * (3 - 2 * x));

    [Theory]
    [InlineData(0.05f)]
    [InlineData(0.2f)]
    [InlineData(0.7f)]
    [InlineData(8)]
    [InlineData(1000)]
    public void Beta_has_its_mean_and_variance(float alpha)
    {
        float[] drawn = Draw(alpha);
        double variance = 1 / (4 * (2 * (double)alpha + 1));
        Assert.Equal(0.5, drawn.Average(), 4 * Math.Sqrt(variance / Count));
        Assert.Equal(1, drawn.Average(x => Math.Pow(x - 0.5, 2)) / variance, 0.03);
    }

    [Fact]
    public void The_least_and_the_greatest_alpha_give_shares_too()
    {
        Assert.All(Draw(float.Epsilon), share => Assert.True(share is 0 or 1, $"{share}"));
        Assert.All(Draw(float.MaxValue), share => Assert.Equal(0.5f, share, 1e-3f));
    }

    /// <summary>Compares with the distribution by the test of Kolmogorov and Smirnov, at the level of 0.0001.</summary>
    private static void Follows(float alpha, Func<double, double> distribution)
    {
        float[] drawn = [.. Draw(alpha).Order()];
        double distance = drawn.Select((x, i) => Math.Abs(distribution(x) - (i + 0.5) / Count)).Max();
        Assert.True(distance < 2.23 / Math.Sqrt(Count), $"{distance}");
    }

    private static float[] Draw(float alpha) =>
        [.. Enumerable.Range(1, Count).Select(key => new RandomDraws((uint)key * 2_654_435_761).SymmetricBeta(alpha))];
}
