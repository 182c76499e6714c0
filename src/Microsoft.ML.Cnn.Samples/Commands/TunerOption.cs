using System.CommandLine;
using System.CommandLine.Parsing;

namespace Microsoft.ML.Cnn.Samples.Commands;

/// <summary>What proposes trials, by the names that the command line has for them.</summary>
internal static class TunerOption
{
    public const string Default = "tpe";

    private static readonly Dictionary<string, Func<CnnExperiment, CnnExperiment>> Tuners = new(StringComparer.OrdinalIgnoreCase)
    {
        [Default] = experiment => experiment.SetTpeTuner(),
        ["random"] = experiment => experiment.SetRandomSearchTuner(),
        ["grid"] = experiment => experiment.SetGridSearchTuner(step: 3),
    };

    /// <summary>The option, whose value is a name.</summary>
    public static Option<string> Create(string name) =>
        new(name)
        {
            Description = "tpe: the Tree-structured Parzen Estimator; random: whatever chance proposes; grid: three values of each range.",
            HelpName = string.Join('|', Tuners.Keys),
            DefaultValueFactory = _ => Default,
            CustomParser = result => Parse(result, name),
        };

    /// <summary>Gives an experiment the tuner of a name.</summary>
    public static CnnExperiment Apply(string name, CnnExperiment experiment) => Tuners[name](experiment);

    private static string? Parse(ArgumentResult result, string name)
    {
        string text = result.Tokens[^1].Value;
        if (!Tuners.ContainsKey(text))
        {
            result.AddError($"{name} must be one of {string.Join(", ", Tuners.Keys)}, received '{text}'.");
        }

        return text;
    }
}
