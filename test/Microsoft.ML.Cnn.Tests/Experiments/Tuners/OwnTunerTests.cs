namespace Microsoft.ML.Cnn.Tests.Experiments.Tuners;

/// <summary>A tuner of a user's own, which has public members only to work with.</summary>
public sealed class OwnTunerTests
{
    private static readonly KnownFunction function = KnownFunction.Tree;

    [Fact]
    public void It_searches_whatever_a_space_holds()
    {
        CnnExperiment experiment = Experiment(function.Space, function.Loss).SetTuner(new HillClimbing(function.Space, seed: 3));
        CnnTrialResult best = experiment.Run();
        Assert.Equal(function.Space.Defaults, experiment.Trials[0].TrialSettings.Parameters);
        Assert.Equal(2, experiment.Trials.Select(trial => trial.TrialSettings.Parameters.Get<string>("kind")).Distinct().Count());
        Assert.True(best.Loss < 0.5, $"{best.Loss}");
    }

    [Fact]
    public void It_may_be_made_for_the_space_that_is_searched()
    {
        CnnSearchSpace? searched = null;
        CnnExperiment experiment = Experiment(function.Space, function.Loss)
            .SetTuner(space => new HillClimbing(searched = space, seed: 3))
            .SetMaxModelToExplore(3);
        experiment.Run();
        Assert.Equal(function.Space, searched);
        Assert.Equal(3, experiment.Trials.Length);
    }

    [Fact]
    public void What_the_space_does_not_allow_is_refused()
    {
        CnnSearchSpace space = new() { { "x", CnnSearchOption.Uniform(0, 1) } };
        CnnParameters outside = new([new("x", 5.0)]);
        Assert.Contains(
            "'x' has a value that the search space does not allow: 5 is no number from 0 to 1",
            Assert.Throws<ArgumentException>(() => Experiment(space, _ => 0).SetTuner(new Always(outside)).Run()).Message,
            StringComparison.Ordinal
        );
    }

    private static CnnExperiment Experiment(CnnSearchSpace space, Func<CnnParameters, double> loss) =>
        new MLContext(seed: 1)
            .Regression.CreateCnnExperiment()
            .SetTrialRunner(new Evaluation(loss))
            .SetSearchSpace(space)
            .SetHalving(CnnHalving.None)
            .SetMaxEpoch(1)
            .SetMaxModelToExplore(100);

    /// <summary>An evolution strategy of one parent and one child, which keeps the better one (Rechenberg 1973).</summary>
    private sealed class HillClimbing(CnnSearchSpace space, int seed) : ICnnTuner
    {
        private CnnParameters? best;
        private double least = double.MaxValue;

        public CnnParameters? Propose(int trialId)
        {
            Random random = new(seed + trialId);
            return best is null
                ? space.Defaults
                : space.Draw(
                    (name, option) =>
                        !best.Contains(name) || (option.IsCategorical && random.Next(option.Count!.Value * 2) == 0)
                            ? option.At(random.NextDouble())
                        : option.IsCategorical ? best[name]
                        : option.At(option.PlaceOf(best[name]) + 0.2 * (random.NextDouble() - 0.5))
                );
        }

        public void Update(CnnTrialSettings trial, int epochs, double loss)
        {
            if (loss < least)
            {
                (best, least) = (trial.Parameters, loss);
            }
        }
    }

    private sealed class Always(CnnParameters parameters) : ICnnTuner
    {
        public CnnParameters? Propose(int trialId) => parameters;

        public void Update(CnnTrialSettings trial, int epochs, double loss) { }
    }

    private sealed class Evaluation(Func<CnnParameters, double> loss) : ICnnTrialRunner
    {
        public Task<CnnTrialResult> RunAsync(CnnTrialSettings settings, CancellationToken cancellationToken)
        {
            double reached = loss(settings.Parameters);
            return Task.FromResult(
                new CnnTrialResult
                {
                    TrialSettings = settings,
                    Loss = reached,
                    Metric = reached,
                    Epochs = settings.Epochs,
                    DurationInMilliseconds = 1,
                }
            );
        }
    }
}
