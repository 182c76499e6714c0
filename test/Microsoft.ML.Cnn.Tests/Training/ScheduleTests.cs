namespace Microsoft.ML.Cnn.Tests.Training;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData(0, 0.1f)]
    [InlineData(4.5, 0.1f)]
    [InlineData(10, 0.1f)]
    public void A_constant_schedule_keeps_the_rate(double epoch, float expected) =>
        Assert.Equal(expected, LearningRateSchedule.Constant.RateAt(epoch, 10, 0.1f));

    // The table in PyTorch's documentation of StepLR: a rate of 0.05, a step of 30 epochs, a gamma of 0.1.
    [Theory]
    [InlineData(0, 0.05f)]
    [InlineData(29.999, 0.05f)]
    [InlineData(30, 0.005f)]
    [InlineData(59.5, 0.005f)]
    [InlineData(60, 0.0005f)]
    [InlineData(89, 0.0005f)]
    public void A_step_schedule_drops_at_whole_steps(double epoch, float expected) =>
        Assert.Equal(expected, LearningRateSchedule.Step(30, 0.1f).RateAt(epoch, 90, 0.05f), 1e-8f);

    // cos 0, cos 60°, cos 90°, cos 120°, cos 180°.
    [Theory]
    [InlineData(0, 1f)]
    [InlineData(4, 0.75f)]
    [InlineData(6, 0.5f)]
    [InlineData(8, 0.25f)]
    [InlineData(12, 0f)]
    public void A_cosine_schedule_falls_along_half_a_cosine(double epoch, float expected) =>
        Assert.Equal(expected, LearningRateSchedule.Cosine().RateAt(epoch, 12, 1), 1e-7f);

    [Fact]
    public void A_cosine_schedule_ends_at_its_minimum()
    {
        Assert.Equal(0.2f, LearningRateSchedule.Cosine(0.2f).RateAt(12, 12, 1));
        Assert.Equal(0.6f, LearningRateSchedule.Cosine(0.2f).RateAt(6, 12, 1), 1e-7f);
    }

    [Theory]
    [InlineData(0, 0.1f)]
    [InlineData(1, 0.09f)]
    [InlineData(2, 0.081f)]
    [InlineData(0.5, 0.0948683f)]
    [InlineData(10, 0.0348678f)]
    public void An_exponential_schedule_falls_by_one_factor_an_epoch(double epoch, float expected) =>
        Assert.Equal(expected, LearningRateSchedule.Exponential(0.9f).RateAt(epoch, 10, 0.1f), 1e-7f);

    // What the formulas in PyTorch's documentation and source of OneCycleLR give for 20 steps (4 epochs of 5) up to 0.1.
    [Fact]
    public void One_cycle_has_the_rates_of_PyTorch_step_by_step()
    {
        float[] expected =
        [
            0.004f,
            0.0131672f,
            0.0371672f,
            0.0668328f,
            0.0908328f,
            0.1f,
            0.0987464f,
            0.0950485f,
            0.0890916f,
            0.0811746f,
            0.0716943f,
            0.0611262f,
            0.0500002f,
            0.0388742f,
            0.0283061f,
            0.0188258f,
            0.0109088f,
            0.00495194f,
            0.001254f,
            4e-07f,
        ];
        AssertSteps(expected, LearningRateSchedule.OneCycle(), epochs: 4, steps: 5, 0.1f);
    }

    [Fact]
    public void One_cycle_may_go_along_straight_lines()
    {
        float[] expected = [0.1f, 0.4f, 0.7f, 1f, 0.8335f, 0.667f, 0.5005f, 0.334f, 0.1675f, 0.001f];
        AssertSteps(expected, LearningRateSchedule.OneCycle(0.4f, 10, 100, Annealing.Linear), epochs: 2, steps: 5, 1);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0.001f)]
    public void One_cycle_may_only_rise_or_only_fall(float rise, float first)
    {
        LearningRateSchedule schedule = LearningRateSchedule.OneCycle(rise, 1000, 10);
        Assert.Equal(first, schedule.RateAt(0, 10, 1), 1e-6f);
        Assert.Equal(rise == 0 ? 1e-4f : 1, schedule.RateAt(10, 10, 1), 1e-3f);
    }

    // LinearLR(start_factor 0.25, total_iters 3) before CosineAnnealingLR(T_max 6), at the beginnings of epochs.
    [Theory]
    [InlineData(0, 0.25f)]
    [InlineData(1, 0.5f)]
    [InlineData(1.5, 0.625f)]
    [InlineData(2, 0.75f)]
    [InlineData(3, 1f)]
    [InlineData(5, 0.75f)]
    [InlineData(6, 0.5f)]
    [InlineData(9, 0f)]
    public void A_warm_up_rises_in_a_line_and_hands_over_the_epochs_that_are_left(double epoch, float expected) =>
        Assert.Equal(expected, LearningRateSchedule.Cosine().WarmUp(3, 0.25f).RateAt(epoch, 9, 1), 1e-6f);

    [Fact]
    public void A_warm_up_rises_to_what_the_schedule_begins_with()
    {
        LearningRateSchedule schedule = LearningRateSchedule.OneCycle(divisor: 10).WarmUp(0.5, 0);
        Assert.Equal(0, schedule.RateAt(0, 10, 1));
        Assert.Equal(0.05f, schedule.RateAt(0.25, 10, 1), 1e-4f);
        Assert.Equal(0.1f, schedule.RateAt(0.5, 10, 1), 1e-6f);
    }

    // The rates after each epoch that PyTorch's ReduceLROnPlateau gives for these losses, worked through from its source.
    private static readonly double[] losses = [1, .9, .9, .89999, .95, .8, .8, .8, .8, .8, .8, .8, .8, .8];
    private static readonly double[] accuracies = [.5, .6, .605, .61, .62, .62, .7, .7, .7, .7];

    [Fact]
    public void A_plateau_reduces_the_rate_when_patience_ends() =>
        AssertPlateau(
            [1f, 1f, 1f, 0.5f, 0.5f, 0.5f, 0.5f, 0.25f, 0.25f, 0.125f, 0.125f, 0.0625f, 0.0625f, 0.03125f],
            new PlateauSchedule(0.5f, patience: 1),
            losses,
            (metrics, loss) => metrics with { ValidationLoss = loss }
        );

    [Fact]
    public void A_plateau_cools_down_and_has_a_minimum() =>
        AssertPlateau(
            [1f, 1f, 1f, 0.5f, 0.5f, 0.5f, 0.5f, 0.3f, 0.3f, 0.3f, 0.3f, 0.3f, 0.3f, 0.3f],
            new PlateauSchedule(0.5f, patience: 1, TrainingMetric.RunningTrainLoss, cooldown: 2, minimum: 0.3f),
            losses,
            (metrics, loss) => metrics with { RunningTrainLoss = loss }
        );

    [Fact]
    public void A_plateau_of_shares_measures_its_threshold_absolutely_or_relatively()
    {
        AssertPlateau(
            [1f, 1f, 0.1f, 0.01f, 0.001f, 0.0001f, 0.0001f, 1e-05f, 1e-06f, 1e-07f],
            new PlateauSchedule(0.1f, patience: 0, TrainingMetric.ValidationAccuracy, 0.02, PlateauThreshold.Absolute),
            accuracies,
            (metrics, accuracy) => metrics with { ValidationAccuracy = accuracy }
        );
        AssertPlateau(
            [1f, 1f, 1f, 1f, 1f, 1f, 1f, 1f, 1f, 0.1f],
            new PlateauSchedule(0.1f, patience: 2, TrainingMetric.RunningTrainAccuracy, 0.02),
            accuracies,
            (metrics, accuracy) => metrics with { RunningTrainAccuracy = accuracy }
        );
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_plateau_does_not_remember_what_is_no_finite_number(double value) =>
        AssertPlateau(
            [1f, 0.5f, 0.5f, 0.5f, 0.5f, 0.25f],
            new PlateauSchedule(0.5f, patience: 1),
            [value, value, 1, .5, value, .6],
            (metrics, loss) => metrics with { ValidationLoss = loss }
        );

    [Fact]
    public void A_plateau_behind_a_warm_up_is_remembered()
    {
        LearningRateSchedule schedule = LearningRateSchedule.ReduceOnPlateau(0.5f, patience: 0).WarmUp(2, 0.5f);
        PlateauState state = PlateauState.Start;
        Assert.Equal(0.5f, RateAt(0));
        state = schedule.After(state, Metrics() with { ValidationLoss = 1 }, 1);
        Assert.Equal(0.75f, RateAt(1));
        state = schedule.After(state, Metrics() with { ValidationLoss = 1 }, 1);
        Assert.Equal(0.5f, RateAt(2));

        float RateAt(double epoch) => schedule.RateAt(new TrainingMoment(epoch, 9, 0), state, 1);
    }

    [Fact]
    public void Schedules_of_equal_numbers_are_equal()
    {
        Assert.Equal(LearningRateSchedule.Step(3, 0.5f), new StepSchedule(3, 0.5f));
        Assert.NotEqual(LearningRateSchedule.Cosine(), LearningRateSchedule.Cosine(0.1f));
    }

    [Fact]
    public void Numbers_out_of_range_are_refused_by_name()
    {
        Assert.Equal("stepEpochs", Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Step(0)).ParamName);
        Assert.Equal("gamma", Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Step(1, 1.5f)).ParamName);
        Assert.Equal("minimum", Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Cosine(-1)).ParamName);
        Assert.Equal("gamma", Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Exponential(0)).ParamName);
        Assert.Equal("rise", Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.OneCycle(rise: 1.1f)).ParamName);
        Assert.Equal("divisor", Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.OneCycle(divisor: 0)).ParamName);
        Assert.Equal("epochs", Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Cosine().WarmUp(0)).ParamName);
        Assert.Equal("startFactor", Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Cosine().WarmUp(1, 2)).ParamName);
        Assert.Equal("factor", Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.ReduceOnPlateau(1)).ParamName);
        Assert.Equal("patience", Assert.Throws<ArgumentOutOfRangeException>(() => new PlateauSchedule(patience: -1)).ParamName);
        Assert.Equal("threshold", Assert.Throws<ArgumentOutOfRangeException>(() => new PlateauSchedule(threshold: -1)).ParamName);
        Assert.Equal("epoch", Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Constant.RateAt(11, 10, 1)).ParamName);
    }

    private static void AssertSteps(float[] expected, LearningRateSchedule schedule, int epochs, int steps, float rate)
    {
        for (int step = 0; step < expected.Length; step++)
        {
            Assert.Equal(expected[step], schedule.RateAt((double)step / steps, epochs, rate, 1.0 / steps), 1e-6f);
        }
    }

    private static void AssertPlateau(
        float[] expected,
        PlateauSchedule schedule,
        double[] values,
        Func<CnnTrainingMetrics, double, CnnTrainingMetrics> with
    )
    {
        PlateauState state = PlateauState.Start;
        for (int epoch = 0; epoch < values.Length; epoch++)
        {
            state = schedule.After(state, with(Metrics(), values[epoch]), 1);
            Assert.Equal(expected[epoch], schedule.RateAt(new TrainingMoment(epoch + 1, 99, 0), state, 1), 1e-9f);
        }
    }

    private static CnnTrainingMetrics Metrics() => new(1, 99, 1, 0.5, null, null, 0.1f, 1, 1, TimeSpan.Zero);
}
