using Microsoft.ML.Cnn.Layers;

namespace Microsoft.ML.Cnn.Tests.Layers;

public class InitializerTests
{
    private const int Inputs = 300;
    private const int Units = 200;

    public static TheoryData<string, Initializer, double> Deviations =>
        new()
        {
            { "He", Initializer.He, Math.Sqrt(2.0 / Inputs) },
            { "Glorot", Initializer.Glorot, Math.Sqrt(2.0 / (Inputs + Units)) },
            { "LeCun", Initializer.LeCun, Math.Sqrt(1.0 / Inputs) },
            { "normal", Initializer.Normal(0.01f), 0.01 },
            { "fan out", new VarianceScalingInitializer(3, VarianceFan.Out, uniform: false), Math.Sqrt(3.0 / Units) },
        };

    [Theory]
    [MemberData(nameof(Deviations))]
    public void Weights_have_the_mean_and_deviation_of_their_paper(string name, Initializer initializer, double deviation)
    {
        double[] weights = [.. Weights(initializer, seed: 1).Select(weight => (double)weight)];
        double mean = weights.Average();
        double measured = Math.Sqrt(weights.Average(weight => (weight - mean) * (weight - mean)));
        Assert.True(Math.Abs(mean) < 5 * deviation / Math.Sqrt(weights.Length), $"{name}: mean {mean}");
        Assert.True(Math.Abs(measured / deviation - 1) < 0.015, $"{name}: deviation {measured}, not {deviation}");
    }

    [Fact]
    public void Glorots_weights_are_uniform()
    {
        float limit = (float)Math.Sqrt(6.0 / (Inputs + Units));
        float[] weights = Weights(Initializer.Glorot, seed: 1);
        Assert.All(weights, weight => Assert.InRange(weight, -limit, limit));
        Assert.InRange(weights.Count(weight => Math.Abs(weight) > 0.9f * limit) / (double)weights.Length, 0.09, 0.11);
    }

    [Fact]
    public void Normal_weights_reach_as_far_as_normal_numbers_do()
    {
        float[] weights = Weights(Initializer.Normal(1), seed: 1);
        Assert.InRange(weights.Count(weight => Math.Abs(weight) > 1.96f) / (double)weights.Length, 0.045, 0.055);
        Assert.InRange(weights.Max(), 3.5f, 7);
        Assert.InRange(weights.Min(), -7, -3.5f);
    }

    [Fact]
    public void Weights_follow_from_the_seed_and_the_path_alone()
    {
        Assert.Equal(Weights(Initializer.He, seed: 1), Weights(Initializer.He, seed: 1));
        Assert.NotEqual(Weights(Initializer.He, seed: 1), Weights(Initializer.He, seed: 2));

        // What stands before a layer does not matter, its own path does.
        CnnModel alone = CnnModel.Create(Network.Sequential(new Dense(8) { Name = "a" }), Shape.Flat(8));
        CnnModel two = CnnModel.Create(Network.Sequential(new Dense(8), new Dense(8) { Name = "a" }), Shape.Flat(8));
        Assert.Equal(alone.GetParameter("a/weight"), two.GetParameter("a/weight"));
        Assert.NotEqual(two.GetParameter("dense1/weight"), two.GetParameter("a/weight"));
    }

    [Fact]
    public void Biases_begin_at_zero_unless_they_are_told_otherwise()
    {
        Network network = Network.Sequential(new Dense(3), new Dense(3, biasInitializer: Initializer.Constant(0.1f)));
        CnnModel model = CnnModel.Create(network, Shape.Flat(2));
        Assert.Equal([0, 0, 0], model.GetParameter("dense1/bias"));
        Assert.Equal([0.1f, 0.1f, 0.1f], model.GetParameter("dense2/bias"));
    }

    [Fact]
    public void A_filter_sees_as_many_inputs_as_its_group_has()
    {
        Conv2D layer = new(40, kernel: 5, groups: 4, weightInitializer: Initializer.LeCun);
        float[] weights = CnnModel.Create(Network.Sequential(layer), new Shape(5, 5, 80)).GetParameter("conv1/weight");
        double deviation = Math.Sqrt(weights.Average(weight => (double)weight * weight));
        Assert.Equal(Math.Sqrt(1.0 / (25 * 20)), deviation, 0.0005);
    }

    private static float[] Weights(Initializer initializer, int seed) =>
        CnnModel
            .Create(Network.Sequential(new Dense(Units, weightInitializer: initializer)), Shape.Flat(Inputs), seed)
            .GetParameter("dense1/weight");
}
