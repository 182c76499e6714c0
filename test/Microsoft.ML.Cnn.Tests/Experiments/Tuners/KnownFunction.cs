namespace Microsoft.ML.Cnn.Tests.Experiments.Tuners;

/// <summary>A function with a known minimum, over a search space.</summary>
public sealed record KnownFunction(string Name, CnnSearchSpace Space, Func<CnnParameters, double> Loss, double Minimum)
{
    /// <summary>Of Branin 1972; its three minima are 0.397887.</summary>
    public static KnownFunction Branin { get; } =
        new(
            "Branin",
            new CnnSearchSpace { { "x", CnnSearchOption.Uniform(-5, 10) }, { "y", CnnSearchOption.Uniform(0, 15) } },
            parameters =>
            {
                (double x, double y) = (parameters.Get<double>("x"), parameters.Get<double>("y"));
                double curve = y - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6;
                return curve * curve + 10 * (1 - 1 / (8 * Math.PI)) * Math.Cos(x) + 10;
            },
            0.397887
        );

    /// <summary>Two valleys in logarithms, a choice between them, and whole numbers that matter in one of them only.</summary>
    public static KnownFunction Tree { get; } =
        new(
            "Tree",
            new CnnSearchSpace
            {
                { "rate", CnnSearchOption.LogUniform(1e-5, 1) },
                {
                    "kind",
                    CnnSearchOption.Alternatives(
                        ("flat", []),
                        ("deep", new CnnSearchSpace { { "width", CnnSearchOption.Integer(1, 200, isLogarithmic: true) } })
                    )
                },
            },
            parameters =>
            {
                double rate = Math.Abs(Math.Log10(parameters.Get<double>("rate")) + 2);
                return parameters.Get<string>("kind") == "flat"
                    ? 2 + rate
                    : rate + Math.Abs(Math.Log2(parameters.Get<int>("kind.width") / 32.0));
            },
            0
        );

    public override string ToString() => Name;

    /// <summary>How far above the minimum the best of so many trials is.</summary>
    public double Regret(ICnnTuner tuner, int trials)
    {
        double least = double.MaxValue;
        for (int trial = 0; trial < trials; trial++)
        {
            CnnParameters parameters = tuner.Propose(trial)!;
            Space.Require(parameters);
            double loss = Loss(parameters);
            least = Math.Min(least, loss);
            tuner.Update(new CnnTrialSettings(trial, parameters), epochs: 1, loss);
        }

        return least - Minimum;
    }
}
