namespace Microsoft.ML.Cnn;

/// <summary>The same rate throughout.</summary>
public sealed record ConstantSchedule : LearningRateSchedule
{
    internal override double Rate(TrainingMoment moment, PlateauState state, double baseRate) => baseRate;
}
