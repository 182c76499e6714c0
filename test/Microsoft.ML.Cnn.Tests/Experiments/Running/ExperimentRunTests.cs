using System.Globalization;
using Microsoft.ML.Cnn.Experiments.Halving;
using Microsoft.ML.Cnn.Experiments.Running;
using Microsoft.ML.Cnn.Experiments.Tuners;
using Microsoft.ML.Cnn.Tests.Experiments.Tuners;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Experiments.Running;

public sealed class ExperimentRunTests : IDisposable
{
    private const int Trials = 30;

    private readonly TemporaryFolder folder = new();

    private string JournalFile => folder.PathOf("journal.jsonl");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_experiment_ends_when_it_has_tried_enough_and_knows_its_best()
    {
        FakeTraining training = new();
        ExperimentRun run = Begin(training, journal: null);
        await run.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Trials, run.Results.Count);
        Assert.Equal(run.Results.Min(result => result.Loss), run.Best!.Loss);
        Assert.Contains(run.Results, result => result.Epochs == 9);
        Assert.True(training.Begun.Count > Trials);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(17)]
    public async Task One_that_is_interrupted_again_and_again_tries_the_same(int tasksBetween)
    {
        ExperimentRun expected = Begin(new FakeTraining(), journal: null);
        await expected.RunAsync(TestContext.Current.CancellationToken);

        ExperimentRun run;
        FakeTraining training;
        do
        {
            training = new FakeTraining { CancelAtTask = tasksBetween };
            using Journal journal = Journal.Open(JournalFile);
            run = Begin(training, journal);
            await run.RunAsync(training.Token);
        } while (training.Token.IsCancellationRequested);

        Assert.Equal(expected.Results.Select(Describe), run.Results.Select(Describe));
        Assert.Equal(expected.Best!.TrialSettings.TrialId, run.Best!.TrialSettings.TrialId);
    }

    [Fact]
    public async Task A_monitor_hears_of_the_trials_before_an_interruption_and_then_of_the_others()
    {
        FakeTraining training = new() { CancelAtTask = 7 };
        int[] earlier;
        using (Journal journal = Journal.Open(JournalFile))
        {
            ExperimentRun interrupted = Begin(training, journal);
            await interrupted.RunAsync(training.Token);
            earlier = [.. interrupted.Results.Select(result => result.TrialSettings.TrialId)];
        }

        RecordingMonitor monitor = new();
        using Journal again = Journal.Open(JournalFile);
        ExperimentRun run = Begin(new FakeTraining(), again, monitor);
        Assert.NotEmpty(earlier);
        Assert.Equal(earlier, monitor.Earlier);
        await run.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(earlier, monitor.Earlier);
    }

    [Fact]
    public async Task A_journal_cut_off_in_a_line_loses_that_line_only()
    {
        using (Journal journal = Journal.Open(JournalFile))
        {
            await Begin(new FakeTraining(), journal).RunAsync(TestContext.Current.CancellationToken);
        }

        byte[] bytes = File.ReadAllBytes(JournalFile);
        File.WriteAllBytes(JournalFile, bytes[..(bytes.Length - 20)]);
        using Journal cut = Journal.Open(JournalFile);
        FakeTraining training = new();
        ExperimentRun run = Begin(training, cut);
        await run.RunAsync(TestContext.Current.CancellationToken);
        Assert.Single(training.Begun);
        Assert.Equal(Trials, run.Results.Count);
    }

    [Fact]
    public async Task A_trial_that_throws_is_recorded_and_the_search_goes_on()
    {
        RecordingMonitor monitor = new();
        ExperimentRun run = Begin(new FakeTraining { Throw = trial => trial % 4 == 1 }, journal: null, monitor);
        await run.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Trials, run.Results.Count);
        Assert.All(
            run.Results.Where(result => result.TrialSettings.TrialId % 4 == 1),
            result =>
            {
                Assert.Equal(double.MaxValue, result.Loss);
                Assert.Equal("InvalidDataException: bad luck", result.Error);
                Assert.Contains(result.TrialSettings.TrialId, monitor.Failed);
            }
        );
        Assert.Equal(run.Best!.TrialSettings.TrialId, monitor.Best[^1]);
    }

    [Fact]
    public async Task Several_workers_train_several_trials_at_once()
    {
        using Barrier together = new(3);
        FakeTraining training = new() { Meet = together };
        ExperimentRun run = new(Search(), journal: null, training.TrainAsync, monitor: null, workers: 3);

        // No trial ends before three have begun; the last ones need not wait.
        await run.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Trials, run.Results.Count);
    }

    [Fact]
    public async Task A_journal_of_another_experiment_is_refused()
    {
        using (Journal journal = Journal.Open(JournalFile))
        {
            await Begin(new FakeTraining(), journal).RunAsync(TestContext.Current.CancellationToken);
        }

        using Journal again = Journal.Open(JournalFile);
        ExperimentRun run = new(Search(), again, new FakeTraining().TrainAsync, monitor: null, workers: 1);
        Assert.Throws<CnnCheckpointException>(() => run.Replay("another"));
        Assert.Throws<CnnCheckpointException>(() =>
            new ExperimentRun(Search(seed: 2), again, new FakeTraining().TrainAsync, monitor: null, workers: 1).Replay("branin")
        );
    }

    [Fact]
    public void A_journal_has_one_writer()
    {
        using Journal journal = Journal.Open(JournalFile);
        Assert.Throws<CnnCheckpointException>(() => Journal.Open(JournalFile));
    }

    private static ExperimentRun Begin(FakeTraining training, Journal? journal, ICnnMonitor? monitor = null)
    {
        ExperimentRun run = new(Search(), journal, training.TrainAsync, monitor, workers: 1);
        run.Replay("branin");
        return run;
    }

    private static Search Search(int seed = 1) =>
        new(new TpeTuner(KnownFunction.Branin.Space, seed), new AsynchronousSuccessiveHalving(new Rungs(1, 9, 3)), mostTrials: Trials);

    private static string Describe(CnnTrialResult result) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{result.TrialSettings.TrialId} {result.TrialSettings.Parameters} {result.Epochs} {result.Loss:R}"
        );

    /// <summary>Pretends to train: the loss comes down to that of a known function.</summary>
    private sealed class FakeTraining : IDisposable
    {
        private readonly CancellationTokenSource cancellation = new();

        public List<int> Begun { get; } = [];

        public int CancelAtTask { get; init; } = int.MaxValue;

        public Func<int, bool> Throw { get; init; } = _ => false;

        public Barrier? Meet { get; init; }

        public CancellationToken Token => cancellation.Token;

        public void Dispose() => cancellation.Dispose();

        public Task<TrialMeasures> TrainAsync(CnnTrialSettings trial, int epochs, CancellationToken cancellationToken)
        {
            lock (Begun)
            {
                Begun.Add(trial.TrialId);
            }

            if (Begun.Count == CancelAtTask)
            {
                cancellation.Cancel();
                throw new OperationCanceledException();
            }

            if (Meet is not null && Begun.Count <= 3)
            {
                Meet.SignalAndWait(CancellationToken.None);
            }

            if (Throw(trial.TrialId))
            {
                throw new InvalidDataException("bad luck");
            }

            double loss = KnownFunction.Branin.Loss(trial.Parameters) + 10.0 / epochs;
            return Task.FromResult(new TrialMeasures(loss, -loss, [loss], 1));
        }
    }

    private sealed class RecordingMonitor : ICnnMonitor
    {
        public List<int> Failed { get; } = [];

        public List<int> Best { get; } = [];

        public List<int> Earlier { get; } = [];

        public void ReportEarlierTrial(CnnTrialResult result) => Earlier.Add(result.TrialSettings.TrialId);

        public void ReportRunningTrial(CnnTrialSettings settings) { }

        public void ReportCompletedTrial(CnnTrialResult result) => Assert.Null(result.Error);

        public void ReportBestTrial(CnnTrialResult result) => Best.Add(result.TrialSettings.TrialId);

        public void ReportFailTrial(CnnTrialSettings settings, Exception? exception = null)
        {
            Assert.Contains("bad luck", exception!.Message, StringComparison.Ordinal);
            Failed.Add(settings.TrialId);
        }
    }
}
