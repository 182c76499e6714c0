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
        Assert.Equal("epoch", Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Constant.RateAt(11, 10, 1)).ParamName);
    }
}
