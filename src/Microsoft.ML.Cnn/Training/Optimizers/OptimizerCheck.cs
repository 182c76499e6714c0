using System.Runtime.CompilerServices;

namespace Microsoft.ML.Cnn.Training.Optimizers;

/// <summary>Checks of what an optimizer is given, at its construction.</summary>
internal static class OptimizerCheck
{
    public static float Fraction(float value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(
                name,
                value,
                FormattableString.Invariant($"Must be at least 0 and less than 1, received {value}.")
            );

    public static float Epsilon(float value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value > 0 && float.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(
                name,
                value,
                FormattableString.Invariant($"Must be a finite number above 0, received {value}.")
            );
}
