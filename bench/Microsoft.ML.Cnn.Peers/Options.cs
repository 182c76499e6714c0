using System.CommandLine;
using System.CommandLine.Parsing;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

namespace Microsoft.ML.Cnn.Peers;

/// <summary>What the commands' options have in common.</summary>
internal static class Options
{
    public static Option<bool> Direct { get; } = new("--direct") { Description = "This library convolves directly, as the peers do." };

    public static ConvolutionAlgorithm Convolutions(ParseResult parsed) =>
        parsed.GetValue(Direct) ? ConvolutionAlgorithm.Direct : ConvolutionAlgorithm.Automatic;

    /// <summary>What is compared.</summary>
    public static Option<string> Nets() => Words("--nets", "Networks, or parts of them", ComparedWork.Selections);

    public static IEnumerable<ComparedWork> Works(ParseResult parsed, Option<string> nets) => ComparedWork.Of(Split(parsed, nets));

    public static string[] Split(ParseResult parsed, Option<string> words) => parsed.GetRequiredValue(words).Split(',');

    public static void RequirePositive(OptionResult result, double value)
    {
        if (!(value > 0))
        {
            result.AddError(FormattableString.Invariant($"{result.Option.Name}: must be more than 0, received {value}."));
        }
    }

    /// <summary>Words separated by commas.</summary>
    /// <param name="name">Of the option.</param>
    /// <param name="description">What the words are.</param>
    /// <param name="allowed">All there are.</param>
    /// <param name="most">How many of them there are unless some are given.</param>
    public static Option<string> Words(string name, string description, string[] allowed, int most = int.MaxValue)
    {
        string list = string.Join(", ", allowed);
        Option<string> option = new(name)
        {
            DefaultValueFactory = _ => string.Join(',', allowed.Take(most)),
            Description = $"{description}, separated by commas: {list}.",
        };
        option.Validators.Add(result =>
        {
            foreach (string word in result.GetValueOrDefault<string>().Split(',').Except(allowed))
            {
                result.AddError($"{name}: there is no '{word}'. There are: {list}.");
            }
        });
        return option;
    }
}
