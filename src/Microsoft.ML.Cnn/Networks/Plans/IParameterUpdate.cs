namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>Changes parameters, element by element, as soon as their gradient is known.</summary>
internal unsafe interface IParameterUpdate
{
    /// <summary>Changes a range of a segment; called once for each of its elements in a step, by any worker.</summary>
    /// <param name="segment">Which.</param>
    /// <param name="from">The first element of the range.</param>
    /// <param name="length">Elements.</param>
    /// <param name="gradient">Of the range.</param>
    void Apply(ParameterSegment segment, long from, int length, float* gradient);
}
