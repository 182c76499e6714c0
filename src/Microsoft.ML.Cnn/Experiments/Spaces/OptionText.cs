using System.Globalization;

namespace Microsoft.ML.Cnn.Experiments.Spaces;

/// <summary>Values of parameters in messages, the same on every machine.</summary>
internal static class OptionText
{
    public static string Of(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
