namespace Microsoft.ML.Cnn.Samples.Printing;

/// <summary>What a trial is doing.</summary>
internal enum TrialState
{
    /// <summary>It is being trained.</summary>
    Running,

    /// <summary>It was stopped early; if it stays among the best of those, it goes on.</summary>
    Stopped,

    /// <summary>It has been trained to its end.</summary>
    Completed,

    /// <summary>It cannot be trained, or it diverged.</summary>
    Failed,
}

/// <summary>A trial as the screen shows it.</summary>
/// <param name="Settings">The trial.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Epochs">Epochs that it has been trained for.</param>
/// <param name="Accuracy">The best of them; null before the first.</param>
/// <param name="Time">That it has been trained for.</param>
internal sealed record TrialRow(CnnTrialSettings Settings, TrialState State, int Epochs, double? Accuracy, TimeSpan Time);

/// <summary>Keeps the state of the trials of an experiment while it runs.</summary>
/// <param name="mostEpochs">Epochs of a trial that is trained to its end.</param>
/// <param name="ended">Is told of each training that has ended.</param>
internal sealed class TrialBoard(int mostEpochs, Action<TrialRow> ended) : ICnnMonitor
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, TrialRow> _rows = [];

    /// <summary>The trials so far: those that run, then the others from the best on.</summary>
    public TrialRow[] Rows()
    {
        lock (_gate)
        {
            return
            [
                .. _rows
                    .Values.OrderBy(row => row.State != TrialState.Running)
                    .ThenBy(row => row.State == TrialState.Failed)
                    .ThenByDescending(row => row.Accuracy),
            ];
        }
    }

    public void ReportEarlierTrial(CnnTrialResult result) => Update(result.TrialSettings, row => Ended(row, result));

    public void ReportRunningTrial(CnnTrialSettings settings) =>
        Update(settings, row => row with { Settings = settings, State = TrialState.Running });

    public void ReportEpoch(CnnTrialSettings settings, CnnTrainingMetrics metrics) =>
        Update(
            settings,
            row =>
                row with
                {
                    Epochs = metrics.Epoch,
                    Accuracy = Math.Max(row.Accuracy ?? 0, metrics.ValidationAccuracy ?? 0),
                    Time = metrics.Elapsed,
                }
        );

    public void ReportCompletedTrial(CnnTrialResult result) => ended(Update(result.TrialSettings, row => Ended(row, result)));

    public void ReportBestTrial(CnnTrialResult result) { }

    public void ReportFailTrial(CnnTrialSettings settings, Exception? exception = null) =>
        ended(Update(settings, row => row with { State = TrialState.Failed }));

    private TrialRow Ended(TrialRow row, CnnTrialResult result) =>
        row with
        {
            State =
                !result.HasMetric ? TrialState.Failed
                : result.Epochs == mostEpochs ? TrialState.Completed
                : TrialState.Stopped,
            Epochs = result.Epochs,
            Accuracy = result.HasMetric ? result.Metric : null,
            Time = TimeSpan.FromMilliseconds(result.DurationInMilliseconds),
        };

    private TrialRow Update(CnnTrialSettings settings, Func<TrialRow, TrialRow> change)
    {
        lock (_gate)
        {
            TrialRow row = _rows.GetValueOrDefault(settings.TrialId) ?? new TrialRow(settings, TrialState.Running, 0, null, default);
            return _rows[settings.TrialId] = change(row);
        }
    }
}
