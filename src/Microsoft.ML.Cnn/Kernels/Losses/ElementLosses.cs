using System.Runtime.CompilerServices;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Kernels;

/// <summary>max(x, 0) - x t + log(1 + e^-|x|): the cross-entropy of t and the sigmoid of x, which overflows nowhere.</summary>
/// <param name="smoothing">What is taken from t and given to both classes alike.</param>
internal readonly struct SigmoidCrossEntropyFunction(float smoothing) : IElementLoss
{
    public static bool Classifies
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    public double Loss(double x, double target)
    {
        double smoothed = target * (1 - (double)smoothing) + (double)smoothing / 2;
        return Math.Max(x, 0) - x * smoothed + Math.Log(1 + Math.Exp(-Math.Abs(x)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Derivative<V>(V x, V target)
        where V : struct, IVector<V>
    {
        // e^-|x| is at most 1: sigmoid(|x|) = 1 / (1 + e^-|x|), and sigmoid(-|x|) = e^-|x| / (1 + e^-|x|).
        V zero = V.Broadcast(0);
        V one = V.Broadcast(1);
        V exponential = Exponential.Of(V.Min(x, zero - x));
        V sigmoid = V.SelectGreater(x, zero, one, exponential) / (one + exponential);
        return sigmoid - V.MultiplyAdd(target, V.Broadcast(1 - smoothing), V.Broadcast(smoothing / 2));
    }
}

/// <summary>(x - t)^2.</summary>
internal readonly struct SquaredFunction : IElementLoss
{
    public static bool Classifies
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public double Loss(double x, double target) => (x - target) * (x - target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Derivative<V>(V x, V target)
        where V : struct, IVector<V> => V.Broadcast(2) * (x - target);
}

/// <summary>A square as far as delta, and a line beyond.</summary>
/// <param name="delta">Above 0.</param>
internal readonly struct HuberFunction(float delta) : IElementLoss
{
    public static bool Classifies
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public double Loss(double x, double target)
    {
        double difference = Math.Abs(x - target);
        return difference <= delta ? difference * difference / 2 : delta * (difference - (double)delta / 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Derivative<V>(V x, V target)
        where V : struct, IVector<V> => V.Max(V.Min(x - target, V.Broadcast(delta)), V.Broadcast(-delta));
}
