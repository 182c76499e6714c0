using System.Collections.Immutable;
using Microsoft.ML.Cnn.Experiments.Analysis;
using Microsoft.ML.Cnn.Experiments.Tuners;
using Microsoft.ML.Cnn.Tests.Experiments.Tuners;

namespace Microsoft.ML.Cnn.Tests.Experiments.Analysis;

public sealed class ParameterImportanceTests
{
    private static readonly CnnSearchSpace Space = new()
    {
        { "x", CnnSearchOption.Uniform(0, 1) },
        { "y", CnnSearchOption.LogUniform(0.001, 1) },
        { "whole", CnnSearchOption.Integer(1, 9) },
        { "kind", CnnSearchOption.Choice("a", "b", "c") },
    };

    public static TheoryData<string, Func<CnnParameters, double>> OneThatMatters =>
        new()
        {
            { "x", parameters => Math.Abs(parameters.Get<double>("x") - 0.3) },
            { "y", parameters => Math.Abs(Math.Log10(parameters.Get<double>("y")) + 1) },
            { "whole", parameters => Math.Abs(parameters.Get<int>("whole") - 7) },
            { "kind", parameters => parameters.Get<string>("kind") == "b" ? 0 : 1 + 0.01 * parameters.Get<double>("x") },
        };

    [Theory]
    [MemberData(nameof(OneThatMatters))]
    public void The_only_parameter_that_matters_has_nearly_all_of_the_importance(string name, Func<CnnParameters, double> loss)
    {
        ImmutableArray<CnnParameterImportance> importance = Of(Space, Random(Space, 200, loss));
        Assert.Equal(name, importance[0].Name);
        Assert.True(importance[0].Share > 0.85, string.Join(", ", importance));
        Assert.Equal(1, importance.Sum(one => one.Share!.Value), 1e-12);
    }

    [Fact]
    public void Parameters_are_ordered_by_how_much_they_change_the_loss()
    {
        CnnSearchSpace space = new()
        {
            { "little", CnnSearchOption.Uniform(0, 1) },
            { "much", CnnSearchOption.Uniform(0, 1) },
            { "some", CnnSearchOption.Uniform(0, 1) },
            { "none", CnnSearchOption.Uniform(0, 1) },
        };
        ImmutableArray<CnnParameterImportance> importance = Of(
            space,
            Random(space, 400, p => 9 * p.Get<double>("much") + 5 * p.Get<double>("some") + 2.5 * p.Get<double>("little"))
        );
        Assert.Equal(["much", "some", "little", "none"], importance.Select(one => one.Name));
        Assert.True(importance[3].Share < 0.03, string.Join(", ", importance));
    }

    [Fact]
    public void What_the_tuner_prefers_seldom_passes_what_matters()
    {
        int first = Enumerable.Range(1, 11).Count(seed => Of(Space, Searched(seed))[0].Name == "x");
        Assert.True(first >= 7, $"{first} of 11");

        static CnnTrialResult[] Searched(int seed)
        {
            CnnTrialResult[] trials = new CnnTrialResult[150];
            TpeTuner tuner = new(Space, seed);
            for (int trial = 0; trial < trials.Length; trial++)
            {
                trials[trial] = Trial(trial, tuner.Propose(trial)!, parameters => Math.Abs(parameters.Get<double>("x") - 0.3));
                tuner.Update(trials[trial].TrialSettings, 1, trials[trial].Loss);
            }

            return trials;
        }
    }

    [Fact]
    public void A_parameter_under_an_alternative_is_judged_among_the_trials_that_chose_it()
    {
        CnnSearchSpace space = KnownFunction.Tree.Space;
        CnnTrialResult[] trials = Random(
            space,
            200,
            parameters => parameters.Contains("kind.width") ? Math.Abs(Math.Log2(parameters.Get<int>("kind.width") / 32.0)) : 3
        );
        ImmutableArray<CnnParameterImportance> importance = Of(space, trials);
        CnnParameterImportance width = importance.Single(one => one.Name == "kind.width");
        Assert.Equal(trials.Count(trial => trial.TrialSettings.Parameters.Contains("kind.width")), width.Trials);
        Assert.Equal("rate", importance[^1].Name);
        Assert.True(width.Share > 0.2 && importance[^1].Share < 0.05, string.Join(", ", importance));
    }

    [Fact]
    public void Too_few_trials_say_nothing()
    {
        Assert.All(Of(Space, Random(Space, ParameterImportance.LeastTrials - 1, _ => 0)), one => Assert.Null(one.Share));
        Assert.All(Of(Space, []), one => Assert.Equal((null, 0), (one.Share, one.Trials)));

        CnnSearchSpace rare = new()
        {
            { "kind", CnnSearchOption.Alternatives([("a", new() { { "b", CnnSearchOption.Uniform(0, 1) } }), ("c", [])]) },
        };
        CnnTrialResult[] trials = Random(rare, 30, _ => 0);
        Assert.Null(Of(rare, trials).Single(one => one.Name == "kind.b").Share);
    }

    [Fact]
    public void What_two_alternatives_name_alike_is_judged_of_each_by_itself()
    {
        CnnSearchSpace space = new()
        {
            {
                "Optimizer",
                CnnSearchOption.Alternatives(
                    ("Sgd", new() { { "Rate", CnnSearchOption.LogUniform(0.01, 0.2) } }),
                    ("AdamW", new() { { "Rate", CnnSearchOption.LogUniform(1e-4, 5e-3) } })
                )
            },
        };
        ImmutableArray<CnnParameterImportance> importance = Of(
            space,
            Random(
                space,
                200,
                parameters =>
                    parameters.Get<string>("Optimizer") == "Sgd" ? 1 : Math.Abs(Math.Log10(parameters.Get<double>("Optimizer.Rate")) + 3)
            )
        );
        Assert.Equal(
            [("Optimizer", null), ("Optimizer.Rate", "Optimizer = AdamW"), ("Optimizer.Rate", "Optimizer = Sgd")],
            importance.Select(one => (one.Name, one.Condition)).Order()
        );
        CnnParameterImportance rate = importance.Single(one => one.Condition == "Optimizer = AdamW");
        Assert.True(rate.Share > 0.1, string.Join(", ", importance));
        Assert.True(importance.Single(one => one.Condition == "Optimizer = Sgd").Share < 0.02, string.Join(", ", importance));
        Assert.Equal(200, importance.Where(one => one.Condition is not null).Sum(one => one.Trials));
    }

    [Fact]
    public void A_trial_that_failed_is_compared_by_what_it_had_reached_before()
    {
        CnnTrialResult[] trials =
        [
            .. Random(Space, 100, parameters => Math.Abs(parameters.Get<double>("x") - 0.3))
                .Select(trial => trial with { Error = "later" }),
        ];
        Assert.Equal("x", Of(Space, trials)[0].Name);
    }

    [Fact]
    public void Where_nothing_matters_nothing_is_found()
    {
        CnnTrialResult[] trials = Random(Space, 60, _ => 0.5);
        Assert.All(Of(Space, trials), one => Assert.True(one.Share is >= 0 and <= 1));

        // Ties keep the order of the trials, which is that of chance: no parameter stands out in most of the draws.
        int found = Enumerable
            .Range(1, 40)
            .Count(seed => Of(Space, Random(Space, 60, _ => 0.5, seed)).Single(one => one.Name == "x") is { Share: > 0.5 });
        Assert.InRange(found, 0, 16);
    }

    [Theory]
    [InlineData(25, "y")]
    [InlineData(10, "x")]
    public void Trials_are_compared_after_as_many_epochs_as_enough_of_them_have_had(int long_, string expected)
    {
        // After one epoch small x look good; after three, small y.
        CnnTrialResult[] trials = Random(Space, 100, parameters => parameters.Get<double>("x"));
        for (int trial = 0; trial < long_; trial++)
        {
            double later = -2 + Math.Log10(trials[trial].TrialSettings.Parameters.Get<double>("y"));
            trials[trial] = trials[trial] with { Epochs = 3, LearningCurve = [trials[trial].Metric, 5, later] };
        }

        Assert.Equal(expected, Of(Space, trials)[0].Name);
    }

    [Fact]
    public void Trials_that_failed_are_the_worst()
    {
        CnnTrialResult[] trials = Random(Space, 100, parameters => 0.5 + 0.001 * parameters.Get<double>("y"));
        trials =
        [
            .. trials.Select(trial =>
                trial.TrialSettings.Parameters.Get<int>("whole") <= 7
                    ? trial with
                    {
                        Loss = double.MaxValue,
                        Metric = double.NaN,
                        LearningCurve = [],
                        Error = "too large",
                    }
                    : trial
            ),
        ];
        Assert.Equal("whole", Of(Space, trials)[0].Name);
    }

    private static ImmutableArray<CnnParameterImportance> Of(CnnSearchSpace space, CnnTrialResult[] trials) =>
        ParameterImportance.Of(space, trials, (_, loss) => loss);

    private static CnnTrialResult[] Random(CnnSearchSpace space, int trials, Func<CnnParameters, double> loss, int seed = 1)
    {
        RandomSearchTuner tuner = new(space, seed);
        return [.. Enumerable.Range(1, trials).Select(trial => Trial(trial, tuner.Propose(trial)!, loss))];
    }

    private static CnnTrialResult Trial(int number, CnnParameters parameters, Func<CnnParameters, double> loss)
    {
        double reached = loss(parameters);
        return new CnnTrialResult
        {
            TrialSettings = new CnnTrialSettings(number, parameters),
            Loss = reached,
            Metric = reached,
            Epochs = 1,
            LearningCurve = [reached],
            DurationInMilliseconds = 1,
        };
    }
}
