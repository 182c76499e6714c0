using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Microsoft.ML.Cnn.Training.Checkpoints;

/// <summary>Writes descriptions (records of numbers, texts, and other records) as texts that are equal only for equal descriptions.</summary>
internal static class IdentityText
{
    public static string Of(object? value) =>
        value switch
        {
            null => "none",
            string text => $"'{text}'",
            float or double => ((IFormattable)value).ToString("R", CultureInfo.InvariantCulture),
            Enum or Type => value.ToString()!,
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            bool => value.ToString()!,
            IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Of))}]",
            _ => OfProperties(value),
        };

    private static string OfProperties(object value)
    {
        IEnumerable<string> properties = value
            .GetType()
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0)
            .OrderBy(property => property.Name, StringComparer.Ordinal)
            .Select(property => $"{property.Name} = {Of(property.GetValue(value))}");
        string list = string.Join(", ", properties);
        return list.Length == 0 ? value.GetType().Name : $"{value.GetType().Name} {{ {list} }}";
    }
}
