namespace Microsoft.ML.Cnn.Tests.Experiments.Simulation;

public sealed class SimulatedExperimentTests
{
    private const int Seeds = 50;

    private static readonly RecordedTrainings Trainings = new(RecordedCurve.ReadAll());

    [Theory]
    [InlineData(2, 1)]
    [InlineData(5, 1)]
    [InlineData(10, 1)]
    [InlineData(20, 1)]
    [InlineData(5, 4)]
    [InlineData(10, 4)]
    public void ASHA_with_TPE_has_less_regret_than_random_search_without_halving(int trainings, int workers)
    {
        double asha = MedianRegret(SearchWay.TpeWithHalving, trainings, workers);
        double random = MedianRegret(SearchWay.Random, trainings, workers);
        Assert.True(asha < random, $"TPE with ASHA {asha:0.0000}, random {random:0.0000}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void ASHA_alone_has_less_than_half_of_the_regret_of_training_everything_to_its_end(int workers)
    {
        double asha = MedianRegret(SearchWay.RandomWithHalving, 5, workers);
        double random = MedianRegret(SearchWay.Random, 5, workers);
        Assert.True(asha < 0.5 * random, $"ASHA {asha:0.0000}, random {random:0.0000}");
    }

    [Fact]
    public void More_time_leaves_less_regret()
    {
        SearchWay way = SearchWay.TpeWithHalving;
        Assert.True(MedianRegret(way, 20) < MedianRegret(way, 2));
        Assert.Equal(0.9 - Trainings.BestLoss, MedianRegret(way, 0), 1e-12);
    }

    [Fact]
    public void Recorded_parameters_become_what_was_recorded_of_them()
    {
        RecordedCurve[] curves = RecordedCurve.ReadAll();
        Assert.True(curves.Length >= 50, $"{curves.Length}");
        CnnSearchSpace space = RecordedSpace.Create();
        Assert.All(
            curves,
            curve =>
            {
                space.Require(curve.Parameters);
                Assert.Equal(curve.Accuracies, Trainings.Nearest(curve.Parameters).Accuracies);
                Assert.True(curve.SecondsOfEpoch > 0);
            }
        );
    }

    private static double MedianRegret(SearchWay way, double trainings, int workers = 1)
    {
        double[] regrets = new double[Seeds];
        Parallel.For(
            0,
            Seeds,
            seed => regrets[seed] = SimulatedExperiment.Regret(Trainings, way, seed + 1, workers, trainings * Trainings.MeanSeconds)
        );
        return regrets.Order().ElementAt(Seeds / 2);
    }
}
