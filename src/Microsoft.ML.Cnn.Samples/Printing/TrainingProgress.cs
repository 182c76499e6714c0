using System.Globalization;
using Spectre.Console;

namespace Microsoft.ML.Cnn.Samples.Printing;

/// <summary>Shows training as it goes: a line an epoch, and on a terminal a bar below the lines.</summary>
internal sealed class TrainingProgress(IAnsiConsole console, int epochs, bool validates)
{
    private readonly List<CnnTrainingMetrics> _history = [];
    private ProgressTask? _bar;

    /// <summary>The epochs so far.</summary>
    public IReadOnlyList<CnnTrainingMetrics> History => _history;

    /// <summary>Shows the progress of <paramref name="train"/>, which is to call <see cref="Report"/> after each epoch.</summary>
    public T Show<T>(Func<T> train)
    {
        string validation = validates ? "   validation loss   validation accuracy" : "";
        console.MarkupLine($"[grey]epoch   running loss   running accuracy{validation}   images/s    elapsed[/]");
        return console.Profile.Capabilities.Interactive ? ShowBar(train) : train();
    }

    /// <summary>One more epoch is done.</summary>
    public void Report(CnnTrainingMetrics epoch)
    {
        _history.Add(epoch);
        console.WriteLine(Line(epoch));
        _bar?.Increment(1);
    }

    private T ShowBar<T>(Func<T> train) =>
        console
            .Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(bars =>
            {
                _bar = bars.AddTask("training", maxValue: epochs);
                return train();
            });

    // One that grows without bounds is not to break the columns.
    private static string Loss(double? loss) => loss?.ToString(loss < 1000 ? "0.0000" : "0.00e+0", CultureInfo.InvariantCulture) ?? "";

    private string Line(CnnTrainingMetrics epoch)
    {
        string validation = validates
            ? string.Create(CultureInfo.InvariantCulture, $"{Loss(epoch.ValidationLoss), 18}   {epoch.ValidationAccuracy, 19:0.0000}")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{epoch.Epoch, 3}/{epoch.Epochs, -3} {Loss(epoch.RunningTrainLoss), 12}   {epoch.RunningTrainAccuracy, 16:0.0000}{validation}   {epoch.ImagesPerSecond, 8:N0}   {epoch.Elapsed.TotalSeconds, 6:0.0} s"
        );
    }
}
