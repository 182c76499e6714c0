namespace Microsoft.ML.Cnn;

/// <summary>The same rate throughout.</summary>
public sealed record ConstantSchedule : LearningRateSchedule
{
    private protected override double Rate(double epoch, int epochs, double baseRate) => baseRate;
}
