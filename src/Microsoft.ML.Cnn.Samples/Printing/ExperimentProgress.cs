using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Printing;

/// <summary>Shows an experiment as it goes: on a terminal a table of its trials, which changes with them, and else a line for each training that has ended.</summary>
internal sealed class ExperimentProgress
{
    private const int LinesOfFrame = 8;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.25);

    private readonly IAnsiConsole _console;
    private readonly TimeSpan _limit;
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public ExperimentProgress(IAnsiConsole console, int mostEpochs, TimeSpan limit)
    {
        (_console, _limit) = (console, limit);
        Board = new TrialBoard(mostEpochs, IsLive ? _ => { } : PrintLine);
    }

    /// <summary>What the experiment is to report to.</summary>
    public TrialBoard Board { get; }

    private bool IsLive => _console.Profile.Capabilities.Interactive;

    /// <summary>Shows the progress of <paramref name="search"/> until it ends.</summary>
    public T Show<T>(Func<Task<T>> search)
    {
        _watch.Restart();
        Task<T> running = Task.Run(search);
        if (IsLive)
        {
            _console
                .Live(Table())
                .AutoClear(true)
                .Start(live =>
                {
                    while (Task.WaitAny([running], Interval) < 0)
                    {
                        live.UpdateTarget(Table());
                    }
                });
        }

        return running.GetAwaiter().GetResult();
    }

    private Table Table() =>
        TrialTable.Of(Board.Rows(), Math.Max(1, _console.Profile.Height - LinesOfFrame), _console.Profile.Width, _watch.Elapsed, _limit);

    private void PrintLine(TrialRow row) =>
        _console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"trial {row.Settings.TrialId, 3}   {row.State, -9}   {row.Epochs, 3} epochs   {TrialText.Accuracy(row.Accuracy), 6}   {TrialText.Seconds(row.Time), 8}   {TrialText.Of(row.Settings.Parameters)}"
            )
        );
}
