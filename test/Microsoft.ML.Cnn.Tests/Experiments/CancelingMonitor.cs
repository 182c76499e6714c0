namespace Microsoft.ML.Cnn.Tests.Experiments;

/// <summary>Cancels after some epochs, whichever trial's.</summary>
internal sealed class CancelingMonitor(CancellationTokenSource cancellation, int epochs) : ICnnMonitor
{
    private int seen;

    public void ReportRunningTrial(CnnTrialSettings settings) { }

    public void ReportEpoch(CnnTrialSettings settings, CnnTrainingMetrics metrics)
    {
        if (++seen == epochs)
        {
            cancellation.Cancel();
        }
    }

    public void ReportCompletedTrial(CnnTrialResult result) { }

    public void ReportBestTrial(CnnTrialResult result) { }

    public void ReportFailTrial(CnnTrialSettings settings, Exception? exception = null) { }
}
