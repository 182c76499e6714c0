using System.Runtime.CompilerServices;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>Checks of what a layer is given, at its construction.</summary>
internal static class LayerCheck
{
    public static int Positive(int value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, name);
        return value;
    }

    public static Size2D Positive(Size2D value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value is { Height: > 0, Width: > 0 }
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"Height and width must be at least 1, received {value}.");

    public static float Within(float value, float least, float most, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(
                name,
                value,
                FormattableString.Invariant($"Must lie from {least} to {most}, received {value}.")
            );

    public static T Defined<T>(T value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : struct, Enum =>
        Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(
                name,
                value,
                $"Must be one of {string.Join(", ", Enum.GetNames<T>())}, received {value}."
            );
}
