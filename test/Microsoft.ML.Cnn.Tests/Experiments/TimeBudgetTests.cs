using Microsoft.ML.Cnn.Experiments.Trials;

namespace Microsoft.ML.Cnn.Tests.Experiments;

public class TimeBudgetTests
{
    private const int Epochs = 27;

    [Theory]
    [InlineData(1, 3, 40, 1)]
    [InlineData(1, 10, 15, 2)]
    public void A_trial_that_would_take_more_than_the_time_is_given_up(int epoch, double elapsed, double remaining, int folds)
    {
        TimeBudget budget = new(TimeSpan.FromSeconds(40), folds);
        TimeoutException error = Assert.Throws<TimeoutException>(() => budget.Require(Progress(epoch, elapsed, remaining)));
        Assert.Contains("more than the 40 s that the experiment has", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 3, 36, 1)]
    [InlineData(1, 1.5, 500, 1)]
    [InlineData(2, 30, 500, 1)]
    public void Others_go_on(int epoch, double elapsed, double remaining, int folds) =>
        new TimeBudget(TimeSpan.FromSeconds(40), folds).Require(Progress(epoch, elapsed, remaining));

    [Fact]
    public void Without_a_time_any_goes_on() => new TimeBudget(null, folds: 1).Require(Progress(1, 1000, 1e6));

    private static CnnTrainingProgress Progress(int epoch, double elapsed, double remaining) =>
        new()
        {
            Epoch = epoch,
            Epochs = Epochs,
            Elapsed = TimeSpan.FromSeconds(elapsed),
            Remaining = TimeSpan.FromSeconds(remaining),
        };
}
