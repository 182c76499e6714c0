using System.Globalization;

namespace Microsoft.ML.Cnn.Samples.Printing;

/// <summary>Trials as text.</summary>
internal static class TrialText
{
    private const string Network = "Network";

    /// <summary>What a trial tries, what its network is first: such as <c>Stack, Blocks 2, Kernel 3, LearningRate 0.03</c>.</summary>
    public static string Of(CnnParameters parameters) =>
        string.Join(
            ", ",
            parameters
                .Names.OrderBy(name => !name.StartsWith(Network, StringComparison.Ordinal))
                .Select(name => name == Network ? Value(parameters[name]) : $"{name.Split('.')[^1]} {Value(parameters[name])}")
        );

    public static string Accuracy(double? accuracy) => accuracy?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "";

    public static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");

    private static string Value(object value) =>
        value is double real ? real.ToString("G3", CultureInfo.InvariantCulture) : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
