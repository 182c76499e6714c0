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
    public async Task A_trial_that_fails_later_keeps_what_it_reached_and_may_still_be_the_best()
    {
        RecordingMonitor monitor = new();
        using Journal journal = Journal.Open(JournalFile);
        FakeTraining training = new() { ThrowAfterEpochs = 1 };
        ExperimentRun run = Begin(training, journal, monitor);
        await run.RunAsync(TestContext.Current.CancellationToken);

        Assert.Contains(run.Results, result => result.Error is not null);
        Assert.All(run.Results, result => Assert.Equal(1, result.Epochs));
        Assert.True(run.Best!.HasMetric);
        Assert.Equal(run.Results.Min(result => result.Loss), run.Best.Loss);
        Assert.Equal("InvalidDataException: bad luck", run.Best.Error);
    }

    [Fact]
    public async Task What_was_measured_when_the_experiment_ended_counts_and_the_trial_goes_on_later()
    {
        FakeTraining training = new() { PauseAtTask = 1, PauseAfter = 5 };
        ExperimentRun paused;
        using (Journal journal = Journal.Open(JournalFile))
        {
            paused = new ExperimentRun(SearchWithoutHalving(), journal, training.TrainAsync, monitor: null, workers: 1);
            paused.Replay("branin");
            await paused.RunAsync(training.Token);
        }

        Assert.Equal((0, 5), (paused.Best!.TrialSettings.TrialId, paused.Best.Epochs));
        using Journal again = Journal.Open(JournalFile);
        ExperimentRun run = new(SearchWithoutHalving(), again, new FakeTraining().TrainAsync, monitor: null, workers: 1);
        run.Replay("branin");
        Assert.Equal(5, run.Best!.Epochs);
        await run.RunAsync(TestContext.Current.CancellationToken);
        Assert.All(run.Results, result => Assert.Equal(9, result.Epochs));
    }

    [Fact]
    public async Task More_trials_may_be_asked_for_when_it_goes_on()
    {
        async Task<ExperimentRun> Run(Journal? journal, int trials)
        {
            Search search = Search();
            search.MostTrials = trials;
            ExperimentRun run = new(search, journal, new FakeTraining().TrainAsync, monitor: null, workers: 1);
            run.Replay("branin");
            await run.RunAsync(TestContext.Current.CancellationToken);
            return run;
        }

        foreach (int trials in new[] { 2, 12 })
        {
            using Journal journal = Journal.Open(JournalFile);
            ExperimentRun run = await Run(journal, trials);
            Assert.Equal(trials, run.Results.Count);
            Assert.Contains(run.Results, result => result.Epochs == 9);
        }
    }

    [Fact]
    public async Task When_something_breaks_the_other_trials_are_stopped_before_it_is_told()
    {
        using Barrier together = new(3);
        bool isTraining = false;
        async Task<TrialMeasures> Train(CnnTrialSettings trial, int epochs, CancellationToken cancellationToken)
        {
            together.SignalAndWait(CancellationToken.None);
            if (trial.TrialId == 1)
            {
                throw new CnnCheckpointException("full disk");
            }

            isTraining = true;
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                isTraining = false;
            }

            return TrialMeasures.Failed("never", 0);
        }

        ExperimentRun run = new(Search(), journal: null, Train, monitor: null, workers: 3);
        CnnCheckpointException told = await Assert.ThrowsAsync<CnnCheckpointException>(() =>
            run.RunAsync(TestContext.Current.CancellationToken)
        );
        Assert.StartsWith("Trial 1 cannot be trained on: full disk", told.Message, StringComparison.Ordinal);
        Assert.False(isTraining);
    }

    [Fact]
    public async Task If_all_of_the_first_trials_fail_it_ends()
    {
        Search search = Search();
        search.MostTrials = null;
        ExperimentRun run = new(search, journal: null, new FakeTraining { Throw = _ => true }.TrainAsync, monitor: null, workers: 1);
        Assert.Contains(
            "The first 100 trials failed, all of them; the last one: InvalidDataException: bad luck",
            (await Assert.ThrowsAsync<InvalidOperationException>(() => run.RunAsync(TestContext.Current.CancellationToken))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_is_no_number_is_recorded_as_such()
    {
        TrialMeasures odd = new(0.5, double.NaN, [double.PositiveInfinity, double.NaN], 1);
        using (Journal journal = Journal.Open(JournalFile))
        {
            await new ExperimentRun(Search(), journal, (_, _, _) => Task.FromResult(odd), monitor: null, workers: 1).RunAsync(
                TestContext.Current.CancellationToken
            );
        }

        using Journal again = Journal.Open(JournalFile);
        Assert.Equal(odd.LearningCurve, again.Events.OfType<TaskEnded>().First().Measures.LearningCurve);
    }

    [Fact]
    public async Task Trials_that_are_over_are_forgotten_except_the_best()
    {
        List<int> forgotten = [];
        ExperimentRun run = new(
            Search(),
            journal: null,
            new FakeTraining { Throw = trial => trial % 4 == 1 }.TrainAsync,
            monitor: null,
            workers: 1,
            forgotten.Add
        );
        await run.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            run.Results.Where(result => result.Error is not null || result.Epochs == 9)
                .Where(result => result != run.Best)
                .Select(result => result.TrialSettings.TrialId),
            forgotten.Order()
        );
    }

    [Fact]
    public async Task Records_say_when_a_trial_began_and_with_which_seed()
    {
        ExperimentRun run = Begin(new FakeTraining(), journal: null);
        await run.RunAsync(TestContext.Current.CancellationToken);
        Assert.All(
            run.Results,
            result =>
            {
                Assert.InRange(result.TrialSettings.StartedAtUtc, DateTime.UtcNow.AddMinutes(-5), result.TrialSettings.EndedAtUtc);
                Assert.Equal(1 + result.TrialSettings.TrialId, result.TrialSettings.Seed);
            }
        );
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

    private static ExperimentRun Begin(FakeTraining training, Journal? journal, ICnnMonitor? monitor = null)
    {
        ExperimentRun run = new(Search(), journal, training.TrainAsync, monitor, workers: 1);
        run.Replay("branin");
        return run;
    }

    private static Search Search(int seed = 1) =>
        new(
            KnownFunction.Branin.Space,
            new TpeTuner(KnownFunction.Branin.Space, seed),
            new AsynchronousSuccessiveHalving(new Rungs(1, 9, 3)),
            seed
        )
        {
            MostTrials = Trials,
        };

    private static Search SearchWithoutHalving() =>
        new(KnownFunction.Branin.Space, new RandomSearchTuner(KnownFunction.Branin.Space, 1), new NoHalving(9), seed: 1) { MostTrials = 3 };

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

        /// <summary>Trainings to more than so many epochs fail.</summary>
        public int ThrowAfterEpochs { get; init; } = int.MaxValue;

        /// <summary>The task at which all is canceled, and after how many epochs of it.</summary>
        public int PauseAtTask { get; init; } = int.MaxValue;

        public int PauseAfter { get; init; }

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

            if (Throw(trial.TrialId) || epochs > ThrowAfterEpochs)
            {
                throw new InvalidDataException("bad luck");
            }

            double loss = KnownFunction.Branin.Loss(trial.Parameters) + 10.0 / epochs;
            bool isPaused = Begun.Count == PauseAtTask;
            if (isPaused)
            {
                cancellation.Cancel();
            }

            return Task.FromResult(new TrialMeasures(loss, -loss, [loss], 1) { CanceledAfter = isPaused ? PauseAfter : null });
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
