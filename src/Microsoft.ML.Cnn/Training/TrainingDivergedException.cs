namespace Microsoft.ML.Cnn;

/// <summary>The loss became NaN or infinite. The message says when, and what to try.</summary>
public sealed class TrainingDivergedException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="epoch">Counted from 1.</param>
    /// <param name="batch">Within the epoch, counted from 1.</param>
    /// <param name="learningRate">Of the last step before it, or of the first step.</param>
    /// <param name="loss">What the loss became.</param>
    public TrainingDivergedException(int epoch, long batch, float learningRate, double loss)
        : base(
            FormattableString.Invariant(
                $"The loss became {loss} in epoch {epoch}, batch {batch}, at a learning rate of {learningRate}. What to try: a lower learning rate (a tenth, say); pixels of a normal scale (leave normalization to the trainer, or check the offsets and scales given to it); example weights that are not extreme."
            )
        )
    {
        Epoch = epoch;
        Batch = batch;
        LearningRate = learningRate;
        Loss = loss;
    }

    /// <summary>The epoch, counted from 1.</summary>
    public int Epoch { get; }

    /// <summary>The batch within the epoch, counted from 1.</summary>
    public long Batch { get; }

    /// <summary>The learning rate at that time.</summary>
    public float LearningRate { get; }

    /// <summary>What the loss became: NaN or an infinity.</summary>
    public double Loss { get; }
}
