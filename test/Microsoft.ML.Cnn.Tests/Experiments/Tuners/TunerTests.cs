using Microsoft.ML.Cnn.Experiments.Tuners;

namespace Microsoft.ML.Cnn.Tests.Experiments.Tuners;

public sealed class TunerTests
{
    private const int Seeds = 21;

    public static TheoryData<KnownFunction, double> Functions => new() { { KnownFunction.Branin, 0.2 }, { KnownFunction.Tree, 0.3 } };

    [Theory]
    [MemberData(nameof(Functions))]
    public void TPE_comes_nearer_to_a_known_minimum_than_chance_does(KnownFunction function, double near)
    {
        double tpe = Median(seed => function.Regret(new TpeTuner(function.Space, seed), 80));
        double random = Median(seed => function.Regret(new RandomSearchTuner(function.Space, seed), 80));
        Assert.True(tpe < near, $"TPE {tpe}, random {random}");
        Assert.True(tpe < 0.6 * random, $"TPE {tpe}, random {random}");
    }

    [Fact]
    public void All_begin_with_the_defaults()
    {
        CnnSearchSpace space = KnownFunction.Tree.Space;
        Assert.Equal(space.Defaults, new TpeTuner(space, 1).Propose(0));
        Assert.Equal(space.Defaults, new RandomSearchTuner(space, 1).Propose(0));
    }

    [Fact]
    public void Proposals_follow_from_seed_number_and_updates_alone()
    {
        KnownFunction function = KnownFunction.Branin;
        TpeTuner all = new(function.Space, 5);
        function.Regret(all, 30);

        // Another tuner is told what became of the trials, without proposing them.
        TpeTuner told = new(function.Space, 5);
        TpeTuner asked = new(function.Space, 5);
        for (int trial = 0; trial < 30; trial++)
        {
            CnnParameters parameters = asked.Propose(trial)!;
            asked.Update(new CnnTrialSettings(trial, parameters), 1, function.Loss(parameters));
            told.Update(new CnnTrialSettings(trial, parameters), 1, function.Loss(parameters));
        }

        Assert.Equal(all.Propose(30), told.Propose(30));
        Assert.NotEqual(all.Propose(30), new TpeTuner(function.Space, 6).Propose(30));
    }

    [Fact]
    public void TPE_learns_from_the_longest_training_that_enough_trials_have_had()
    {
        CnnSearchSpace space = new() { { "x", CnnSearchOption.Uniform(0, 1) } };
        TpeTuner tuner = new(space, 1);
        for (int trial = 0; trial < 40; trial++)
        {
            CnnParameters parameters = tuner.Propose(trial)!;
            double x = parameters.Get<double>("x");

            // After one epoch small values look good; after nine, great ones are.
            tuner.Update(new CnnTrialSettings(trial, parameters), 1, x);
            tuner.Update(new CnnTrialSettings(trial, parameters), 9, -x);
        }

        // A third of its proposals is random.
        Assert.InRange(Enumerable.Range(40, 60).Count(trial => tuner.Propose(trial)!.Get<double>("x") > 0.8), 35, 58);
    }

    [Fact]
    public void What_two_alternatives_name_alike_is_learned_of_each_by_itself()
    {
        CnnSearchSpace under = new() { { "x", CnnSearchOption.Uniform(0, 1) } };
        CnnSearchSpace space = new() { { "kind", CnnSearchOption.Alternatives(("low", under), ("high", under)) } };
        TpeTuner tuner = new(space, 1);
        for (int trial = 0; trial < 100; trial++)
        {
            double distance = trial / 100.0;
            Tell(2 * trial, "low", 0.1 + 0.9 * distance, distance);
            Tell(2 * trial + 1, "high", 0.9 - 0.9 * distance, distance);
        }

        ILookup<string, double> proposed = Enumerable
            .Range(200, 120)
            .Select(trial => tuner.Propose(trial)!)
            .ToLookup(parameters => parameters.Get<string>("kind"), parameters => parameters.Get<double>("kind.x"));
        Assert.True(Middle(proposed["low"]) < 0.3, $"{Middle(proposed["low"])}");
        Assert.True(Middle(proposed["high"]) > 0.7, $"{Middle(proposed["high"])}");

        void Tell(int trial, string kind, double x, double loss) =>
            tuner.Update(new CnnTrialSettings(trial, new CnnParameters([new("kind", kind), new("kind.x", x)])), 1, loss);
        static double Middle(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
    }

    [Fact]
    public void Whether_TPE_proposes_at_random_says_nothing_of_what_it_proposes()
    {
        CnnSearchSpace space = new() { { "explore", CnnSearchOption.Uniform(0, 1) } };
        TpeTuner tuner = new(space, 1);
        RandomSearchTuner random = new(space, 1);
        for (int trial = 0; trial < 20; trial++)
        {
            tuner.Update(new CnnTrialSettings(trial, random.Propose(trial)!), 1, random.Propose(trial)!.Get<double>("explore"));
        }

        double[] drawn =
        [
            .. Enumerable
                .Range(20, 200)
                .Where(trial => tuner.Propose(trial)!.Equals(random.Propose(trial)))
                .Select(trial => random.Propose(trial)!.Get<double>("explore")),
        ];
        Assert.InRange(drawn.Length, 40, 100);
        Assert.InRange(drawn.Average(), 0.4, 0.6);
    }

    [Fact]
    public void A_grid_has_every_combination_once()
    {
        CnnSearchSpace space = new()
        {
            { "a", CnnSearchOption.Uniform(0, 1) },
            { "b", CnnSearchOption.Alternatives(("one", []), ("two", new CnnSearchSpace { { "c", CnnSearchOption.Integer(1, 2) } })) },
            { "d", CnnSearchOption.LogUniform(1, 100) },
        };
        GridSearchTuner tuner = new(space, steps: 3);
        List<CnnParameters> all = [];
        while (tuner.Propose(all.Count) is { } parameters)
        {
            space.Require(parameters);
            all.Add(parameters);
        }

        Assert.Equal(3 * 3 * 3, all.Count);
        Assert.Equal(27, all.Distinct().Count());
        Assert.Equal([0.0, 0.5, 1.0], all.Select(p => p.Get<double>("a")).Distinct());
        Assert.Equal([1.0, 10.0, 100.0], all.Select(p => Math.Round(p.Get<double>("d"), 9)).Distinct());
        Assert.Null(tuner.Propose(27));
        Assert.Equal(all[4], tuner.Propose(4));
    }

    private static double Median(Func<int, double> regret) => Enumerable.Range(1, Seeds).Select(regret).Order().ElementAt(Seeds / 2);
}
