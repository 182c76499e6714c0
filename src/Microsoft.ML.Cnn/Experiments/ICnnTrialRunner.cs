namespace Microsoft.ML.Cnn;

/// <summary>Trains the trials of an experiment in its place.</summary>
public interface ICnnTrialRunner
{
    /// <summary>Trains a trial, or trains it on. With several trials at once it is called from several threads.</summary>
    /// <param name="settings">What to try, and for how many epochs: a trial that halving lets go on comes again with more.</param>
    /// <param name="cancellationToken">Asks to end soon, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>What became of it; less <see cref="CnnTrialResult.Loss"/> is better. Any exception is a trial that failed.</returns>
    Task<CnnTrialResult> RunAsync(CnnTrialSettings settings, CancellationToken cancellationToken);
}
