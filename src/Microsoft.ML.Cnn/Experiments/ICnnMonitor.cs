namespace Microsoft.ML.Cnn;

/// <summary>Is told what happens in an experiment. With several trials at once it is called from several threads, though never by two at a time for the end of a trial.</summary>
public interface ICnnMonitor
{
    /// <summary>
    /// A trial as the checkpoint folder knows it, of an experiment that goes on: told before anything is trained, of every trial that had come to an end or been stopped.
    /// </summary>
    void ReportEarlierTrial(CnnTrialResult result) { }

    /// <summary>A trial begins to train, or to train on.</summary>
    void ReportRunningTrial(CnnTrialSettings settings);

    /// <summary>An epoch of a trial is over. Whenever a trial goes on, those before are told once more first.</summary>
    /// <param name="settings">The trial.</param>
    /// <param name="metrics">What became of the epoch.</param>
    void ReportEpoch(CnnTrialSettings settings, CnnTrainingMetrics metrics) { }

    /// <summary>A trial has been trained as far as it was to be.</summary>
    void ReportCompletedTrial(CnnTrialResult result);

    /// <summary>It is the best so far.</summary>
    void ReportBestTrial(CnnTrialResult result);

    /// <summary>A trial failed; the experiment goes on.</summary>
    /// <param name="settings">The trial.</param>
    /// <param name="exception">Why.</param>
    void ReportFailTrial(CnnTrialSettings settings, Exception? exception = null);
}
