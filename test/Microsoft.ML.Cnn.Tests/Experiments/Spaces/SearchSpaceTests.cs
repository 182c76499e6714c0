using System.Text.Json;

namespace Microsoft.ML.Cnn.Tests.Experiments.Spaces;

public sealed class SearchSpaceTests
{
    private static readonly CnnSearchSpace space = new()
    {
        { "Rate", CnnSearchOption.LogUniform(0.001, 0.1) },
        { "Blocks", CnnSearchOption.Integer(1, 4) },
        {
            "Optimizer",
            CnnSearchOption.Alternatives(
                ("Sgd", new CnnSearchSpace { { "Momentum", CnnSearchOption.Uniform(0, 0.99, 0.9) } }),
                ("Adam", [])
            )
        },
        { "Norm", CnnSearchOption.Choice(true, false) },
    };

    [Fact]
    public void Defaults_are_those_given_or_the_middle()
    {
        CnnParameters defaults = space.Defaults;
        Assert.Equal(0.01, defaults.Get<double>("Rate"), 1e-12);
        Assert.Equal(2, defaults.Get<int>("Blocks"));
        Assert.Equal("Sgd", defaults.Get<string>("Optimizer"));
        Assert.Equal(0.9f, defaults.Get<float>("Optimizer.Momentum"));
        Assert.True(defaults.Get<bool>("Norm"));
    }

    [Fact]
    public void What_an_alternative_holds_varies_only_where_it_is_chosen()
    {
        CnnParameters adam = space.Draw((path, option) => path == "Optimizer" ? "Adam" : option.Default);
        Assert.False(adam.Contains("Optimizer.Momentum"));
        space.Require(adam);
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => adam.Get<double>("Optimizer.Momentum"));
        Assert.Contains("There are: Blocks, Norm, Optimizer, Rate", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.9999999)]
    public void Places_and_values_map_to_each_other(double place)
    {
        foreach ((_, CnnSearchOption option) in space.AllPaths())
        {
            object value = option.At(place);
            Assert.Equal(value, option.At(option.PlaceOf(value)));
        }
    }

    [Fact]
    public void Whole_numbers_are_equally_likely()
    {
        CnnSearchOption option = CnnSearchOption.Integer(3, 7);
        Assert.All(Enumerable.Range(0, 1000).GroupBy(i => option.At((i + 0.5) / 1000)), group => Assert.Equal(200, group.Count()));
    }

    [Fact]
    public void Parameters_keep_their_types_through_JSON()
    {
        CnnParameters parameters = new([new("a", 1.0), new("b", 1), new("c", true), new("d", "1"), new("e", 1e-30), new("f", 0.1)]);
        CnnParameters back = JsonSerializer.Deserialize<CnnParameters>(JsonSerializer.Serialize(parameters))!;
        Assert.Equal(parameters, back);
        Assert.Equal([typeof(double), typeof(int), typeof(bool), typeof(string)], back.Names.Take(4).Select(name => back[name].GetType()));
    }

    [Fact]
    public void Enumeration_values_and_floats_may_be_chosen()
    {
        CnnSearchOption option = CnnSearchOption.Choice(PixelOrder.Planar, PixelOrder.Interleaved);
        CnnParameters parameters = new CnnSearchSpace { { "Order", option }, { "Drop", CnnSearchOption.Choice(0.1f, 0.5f) } }.Defaults;
        Assert.Equal(PixelOrder.Planar, parameters.Get<PixelOrder>("Order"));
        Assert.Equal(0.1f, parameters.Get<float>("Drop"));
        Assert.Equal(0.1, parameters["Drop"]);
    }

    [Fact]
    public void Contradictions_are_refused_where_they_are_made()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CnnSearchOption.Uniform(1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CnnSearchOption.Uniform(0, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => CnnSearchOption.Uniform(0, 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => CnnSearchOption.LogUniform(0, 1, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => CnnSearchOption.Integer(3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => CnnSearchOption.Integer(0, 2, isLogarithmic: true));
        Assert.Throws<ArgumentException>(() => CnnSearchOption.Choice());
        Assert.Throws<ArgumentException>(() => CnnSearchOption.Choice(1, 1));
        Assert.Throws<ArgumentException>(() => CnnSearchOption.Choice(new object()));
        Assert.Throws<ArgumentException>(() => CnnSearchOption.Choice(0.5, double.NaN));
        Assert.Throws<ArgumentException>(() => CnnSearchOption.Choice(float.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => CnnSearchOption.Alternatives(("a", null!)));
        Assert.Throws<ArgumentException>(() => CnnSearchOption.Alternatives((null!, [])));
        Assert.Throws<ArgumentException>(() => new CnnSearchSpace { { "a b", CnnSearchOption.Choice(1) } });
        Assert.Throws<ArgumentException>(() =>
            new CnnSearchSpace { { "a", CnnSearchOption.Choice(1) }, { "a", CnnSearchOption.Choice(2) } }
        );
    }

    [Fact]
    public void Parameters_of_another_space_are_refused()
    {
        CnnParameters more = new([
            .. space.Defaults.Names.Select(name => new KeyValuePair<string, object>(name, space.Defaults[name])),
            new("x", 1),
        ]);
        Refused(more, "a value of 'x', which does not vary in them");
        Refused(new CnnParameters([]), "no value of 'Rate'");
        Refused(With("Rate", 5.0), "'Rate' has a value that the search space does not allow: 5 is no number from 0.001 to 0.1");
        Refused(With("Rate", "fast"), "fast is no number");
        Refused(With("Blocks", 2.5), "'Blocks' has a value that the search space does not allow: 2.5 is no whole number from 1 to 4");
        Refused(With("Blocks", true), "True is no whole number");
        Refused(With("Optimizer", "Adagrad"), "Adagrad is none of Sgd, Adam");
        Refused(With("Optimizer", "Adam"), "a value of 'Optimizer.Momentum', which does not vary in them");

        static CnnParameters With(string name, object value) =>
            new(
                space.Defaults.Names.Select(other => new KeyValuePair<string, object>(other, other == name ? value : space.Defaults[other]))
            );
        static void Refused(CnnParameters parameters, string why) =>
            Assert.Contains(why, Assert.Throws<ArgumentException>(() => space.Require(parameters)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_drawn_has_to_be_allowed() =>
        Assert.Contains(
            "'Blocks' has a value",
            Assert.Throws<ArgumentException>(() => space.Draw((name, option) => name == "Blocks" ? 7 : option.Default)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Parameters_have_each_name_once_and_values_that_can_be_kept()
    {
        CnnParameters parameters = new([new("a", 0.1f), new("b", 3L), new("c", PixelOrder.Planar)]);
        Assert.Equal((0.1, 3, "Planar"), (parameters["a"], parameters["b"], parameters["c"]));
        Assert.Contains(
            "received 'a' twice",
            Assert.Throws<ArgumentException>(() => new CnnParameters([new("a", 1), new("a", 1)])).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => new CnnParameters([new("a", double.NaN)]));
        Assert.Throws<ArgumentException>(() => new CnnParameters([new("a", new object())]));
    }

    [Fact]
    public void A_name_that_an_enumeration_does_not_have_is_refused_with_those_it_has() =>
        Assert.Contains(
            "There are: Interleaved, Planar",
            Assert.Throws<InvalidCastException>(() => new CnnParameters([new("Order", "1")]).Get<PixelOrder>("Order")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Places_beyond_the_ends_are_those_of_the_ends()
    {
        Assert.All(
            space.AllPaths(),
            path =>
            {
                Assert.Equal(path.Value.At(0), path.Value.At(-3));
                Assert.Equal(path.Value.At(1), path.Value.At(1e300));
                Assert.Throws<ArgumentOutOfRangeException>(() => path.Value.At(double.NaN));
            }
        );
        Assert.Equal((4, false), (CnnSearchOption.Integer(1, 4).Count, CnnSearchOption.Integer(1, 4).IsCategorical));
        Assert.Equal((2, true), (CnnSearchOption.Choice(true, false).Count, CnnSearchOption.Choice(true, false).IsCategorical));
        Assert.Null(CnnSearchOption.Uniform(0, 1).Count);
    }

    [Fact]
    public void What_is_added_to_an_alternative_later_does_not_reach_it()
    {
        CnnSearchSpace under = new() { { "a", CnnSearchOption.Choice(1) } };
        CnnSearchSpace around = new() { { "kind", CnnSearchOption.Alternatives(("one", under)) } };
        under.Add("b", CnnSearchOption.Choice(1));
        Assert.Equal(["kind", "kind.a"], around.Defaults.Names);
    }

    [Fact]
    public void Extremes_have_every_value_of_every_choice_and_both_ends_of_every_range()
    {
        CnnParameters[] extremes = [.. space.Extremes().Select(extreme => extreme.Parameters)];
        Assert.All(extremes, space.Require);
        Assert.Equal([0.001, 0.01, 0.1], Values("Rate").Select(rate => Math.Round((double)rate, 9)));
        Assert.Equal([1, 2, 4], Values("Blocks"));
        Assert.Equal(["Adam", "Sgd"], Values("Optimizer"));
        Assert.Equal([0.0, 0.9, 0.99], Values("Optimizer.Momentum"));
        Assert.Equal([false, true], Values("Norm"));

        object[] Values(string name) =>
            [.. extremes.Where(parameters => parameters.Contains(name)).Select(parameters => parameters[name]).Distinct().Order()];
    }
}
