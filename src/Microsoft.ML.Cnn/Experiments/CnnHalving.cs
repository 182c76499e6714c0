namespace Microsoft.ML.Cnn;

/// <summary>How an experiment decides for how many epochs each trial is trained.</summary>
public enum CnnHalving
{
    /// <summary>
    /// Asynchronous successive halving (Li et al. 2020): trials begin with few epochs, and the best third of those that had as many goes on to three times as
    /// many.
    /// </summary>
    Asynchronous,

    /// <summary>Successive halving (Jamieson and Talwalkar 2016): as <see cref="Asynchronous"/>, but a whole rung is trained before the next begins.</summary>
    Synchronous,

    /// <summary>Every trial is trained to its end.</summary>
    None,
}
