namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>The sums over one batch that metrics are made of.</summary>
/// <param name="WeightedLoss">Sum of weight times loss.</param>
/// <param name="TotalWeight">Sum of weights.</param>
/// <param name="CorrectWeight">Sum of the weights of rows whose greatest score is that of their label.</param>
internal readonly record struct BatchResult(double WeightedLoss, double TotalWeight, double CorrectWeight);
