using System.Text.Json.Serialization;
using Microsoft.ML.Cnn.Kernels.Simd;

namespace Microsoft.ML.Cnn.Layers;

/// <summary>How parameters begin. Fans are the connections into and out of one unit.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "initializer")]
[JsonDerivedType(typeof(ConstantInitializer), "constant")]
[JsonDerivedType(typeof(NormalInitializer), "normal")]
[JsonDerivedType(typeof(VarianceScalingInitializer), "varianceScaling")]
public abstract record Initializer
{
    private protected Initializer() { }

    /// <summary>
    /// Normal with variance 2 / fan-in: keeps the scale through ReLUs. He et al. 2015, "Delving Deep into Rectifiers", section 2.2.
    /// </summary>
    public static Initializer He { get; } = new VarianceScalingInitializer(2, VarianceFan.In, uniform: false);

    /// <summary>
    /// Uniform with variance 2 / (fan-in + fan-out). Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward
    /// neural networks", equation 16.
    /// </summary>
    public static Initializer Glorot { get; } = new VarianceScalingInitializer(1, VarianceFan.Average, uniform: true);

    /// <summary>Normal with variance 1 / fan-in. LeCun et al. 1998, "Efficient BackProp", section 4.6.</summary>
    public static Initializer LeCun { get; } = new VarianceScalingInitializer(1, VarianceFan.In, uniform: false);

    /// <summary>All zero.</summary>
    public static Initializer Zero { get; } = new ConstantInitializer(0);

    /// <summary>All one.</summary>
    public static Initializer One { get; } = new ConstantInitializer(1);

    /// <summary>All the same value, a finite one.</summary>
    public static Initializer Constant(float value) => new ConstantInitializer(value);

    /// <summary>Normal around zero.</summary>
    /// <param name="standardDeviation">More than 0, such as AlexNet's 0.01.</param>
    public static Initializer Normal(float standardDeviation) => new NormalInitializer(standardDeviation);

    /// <summary>Fills a buffer. The numbers follow from the key alone.</summary>
    internal abstract void Fill(Span<float> values, Fans fans, uint key);

    /// <summary>Normal numbers by the transform of Box and Muller.</summary>
    private protected static void FillNormal(Span<float> values, double deviation, uint key)
    {
        for (int i = 0; i < values.Length; i++)
        {
            // 1 - u lies in (0, 1], where the logarithm is finite.
            double radius = Math.Sqrt(-2 * Math.Log(1 - (double)RandomBits.Uniform(key, 2 * (uint)i)));
            double angle = 2 * Math.PI * RandomBits.Uniform(key, 2 * (uint)i + 1);
            values[i] = (float)(deviation * radius * Math.Cos(angle));
        }
    }
}

/// <summary>All the same value.</summary>
public sealed record ConstantInitializer : Initializer
{
    /// <summary>Creates the initializer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite.</exception>
    public ConstantInitializer(float value) => Value = LayerCheck.Within(value, float.MinValue, float.MaxValue);

    /// <summary>The value.</summary>
    public float Value { get; }

    internal override void Fill(Span<float> values, Fans fans, uint key) => values.Fill(Value);
}

/// <summary>Normal around zero.</summary>
public sealed record NormalInitializer : Initializer
{
    /// <summary>Creates the initializer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The deviation is not above 0.</exception>
    public NormalInitializer(float standardDeviation) =>
        StandardDeviation =
            standardDeviation > 0 && float.IsFinite(standardDeviation)
                ? standardDeviation
                : throw new ArgumentOutOfRangeException(nameof(standardDeviation), standardDeviation, "Must be above 0.");

    /// <summary>More than 0.</summary>
    public float StandardDeviation { get; }

    internal override void Fill(Span<float> values, Fans fans, uint key) => FillNormal(values, StandardDeviation, key);
}

/// <summary>Which connections a <see cref="VarianceScalingInitializer"/> divides by.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VarianceFan>))]
public enum VarianceFan
{
    /// <summary>Those into a unit.</summary>
    In,

    /// <summary>Those out of a unit.</summary>
    Out,

    /// <summary>The mean of both.</summary>
    Average,
}

/// <summary>Random around zero with variance scale / fan.</summary>
public sealed record VarianceScalingInitializer : Initializer
{
    /// <summary>Creates the initializer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not above 0.</exception>
    public VarianceScalingInitializer(float scale, VarianceFan fan, bool uniform)
    {
        Scale =
            scale > 0 && float.IsFinite(scale) ? scale : throw new ArgumentOutOfRangeException(nameof(scale), scale, "Must be above 0.");
        Fan = LayerCheck.Defined(fan);
        Uniform = uniform;
    }

    /// <summary>More than 0.</summary>
    public float Scale { get; }

    /// <summary>What the variance is divided by.</summary>
    public VarianceFan Fan { get; }

    /// <summary>Uniform rather than normal numbers.</summary>
    public bool Uniform { get; }

    internal override void Fill(Span<float> values, Fans fans, uint key)
    {
        double fan = Fan switch
        {
            VarianceFan.In => fans.In,
            VarianceFan.Out => fans.Out,
            _ => (fans.In + fans.Out) / 2.0,
        };
        double deviation = Math.Sqrt(Scale / fan);
        if (!Uniform)
        {
            FillNormal(values, deviation, key);
            return;
        }

        // A uniform number in [-limit, limit) has deviation limit / sqrt(3).
        double limit = deviation * Math.Sqrt(3);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(limit * (2.0 * RandomBits.Uniform(key, (uint)i) - 1));
        }
    }
}
