using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Conformance.Reference;

/// <summary>The same function of every value.</summary>
internal sealed class ElementReference(Func<double, double> function, Func<double, double> slope) : ReferenceLayer
{
    private const double Scale = 1.7159;

    public static ElementReference Identity => new(x => x, _ => 1);

    public static ElementReference ReLU => new(x => Math.Max(0, x), x => x > 0 ? 1 : 0);

    public static ElementReference Tanh => new(Math.Tanh, x => 1 - Math.Tanh(x) * Math.Tanh(x));

    public static ElementReference ScaledTanh =>
        new(x => Scale * Math.Tanh(2 * x / 3), x => Scale * 2 / 3 / Math.Pow(Math.Cosh(2 * x / 3), 2));

    public static ElementReference Sigmoid => new(Logistic, x => Logistic(x) * (1 - Logistic(x)));

    public static ElementReference SiLU => new(x => x * Logistic(x), x => Logistic(x) * (1 + x * (1 - Logistic(x))));

    public static ElementReference GELU =>
        new(x => x * Normal.Distribution(x), x => Normal.Distribution(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));

    public static ElementReference LeakyReLU(double slope) => new(x => x > 0 ? x : slope * x, x => x > 0 ? 1 : slope);

    public static ElementReference ELU(double alpha) =>
        new(x => x > 0 ? x : alpha * (Math.Exp(x) - 1), x => x > 0 ? 1 : alpha * Math.Exp(x));

    public override Batch Forward(Batch x) => x.Select(function);

    public override Batch Backward(Batch x, Batch dy) => new(x.Images, x.Shape, [.. x.Values.Zip(dy.Values, (a, g) => slope(a) * g)]);

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));
}

/// <summary>The same values, as one row: in memory there is no difference.</summary>
internal sealed class FlattenReference : ReferenceLayer
{
    public override Batch Forward(Batch x) => new(x.Images, Shape.Flat((int)x.Shape.Length), [.. x.Values]);

    public override Batch Backward(Batch x, Batch dy) => new(x.Images, x.Shape, dy.Values);
}
