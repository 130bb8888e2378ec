"""PMML scorecards written for the tests, after the structure that the standard publishes."""

from __future__ import annotations

DEAL = """\
<?xml version="1.0" encoding="UTF-8"?>
<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4">
  <Header copyright="none" description="renewal of a framework contract"/>
  <DataDictionary numberOfFields="6">
    <DataField name="segment" optype="categorical" dataType="string"/>
    <DataField name="order_days" optype="continuous" dataType="double"/>
    <DataField name="revenue" optype="continuous" dataType="double"/>
    <DataField name="complaints" optype="continuous" dataType="integer"/>
    <DataField name="on_contract" optype="categorical" dataType="boolean"/>
    <DataField name="renewal" optype="continuous" dataType="double"/>
  </DataDictionary>
  <Scorecard modelName="Renewal" functionName="regression" algorithmName="points" initialScore="40"
             useReasonCodes="true" reasonCodeAlgorithm="pointsBelow" baselineMethod="mean" baselineScore="12">
    <MiningSchema>
      <MiningField name="segment"/>
      <MiningField name="order_days"/>
      <MiningField name="revenue" outliers="asExtremeValues" lowValue="0" highValue="9000"/>
      <MiningField name="complaints" missingValueReplacement="1" missingValueTreatment="asMode"/>
      <MiningField name="on_contract"/>
      <MiningField name="renewal" usageType="target"/>
    </MiningSchema>
    <Output>
      <OutputField name="score" feature="predictedValue" dataType="double" optype="continuous"/>
      <OutputField name="reason1" feature="reasonCode" rank="1" dataType="string" optype="categorical"/>
    </Output>
    <Characteristics>
      <Characteristic name="Segment" reasonCode="SEG" baselineScore="18">
        <Attribute partialScore="3"><SimplePredicate field="segment" operator="isMissing"/></Attribute>
        <Attribute partialScore="22">
          <SimpleSetPredicate field="segment" booleanOperator="isIn">
            <Array n="2" type="string">retail "key account"</Array>
          </SimpleSetPredicate>
        </Attribute>
        <Attribute partialScore="11" reasonCode="SEG_OTHER"><True/></Attribute>
      </Characteristic>
      <Characteristic name="Days since order" reasonCode="AGE" baselineScore="20">
        <Attribute partialScore="25">
          <SimplePredicate field="order_days" operator="lessOrEqual" value="30"/>
        </Attribute>
        <Attribute partialScore="10" reasonCode="AGE_MID">
          <CompoundPredicate booleanOperator="and">
            <SimplePredicate field="order_days" operator="greaterThan" value="30"/>
            <SimplePredicate field="order_days" operator="lessThan" value="90.5"/>
          </CompoundPredicate>
        </Attribute>
        <Attribute partialScore="0" reasonCode="AGE_OLD">
          <SimplePredicate field="order_days" operator="greaterOrEqual" value="90.5"/>
        </Attribute>
        <Attribute partialScore="-4" reasonCode="AGE_NONE">
          <SimplePredicate field="order_days" operator="isMissing"/>
        </Attribute>
      </Characteristic>
      <Characteristic name="收入" reasonCode="REV">
        <Attribute partialScore="15">
          <CompoundPredicate booleanOperator="surrogate">
            <SimplePredicate field="revenue" operator="greaterOrEqual" value="5000"/>
            <SimplePredicate field="on_contract" operator="equal" value="true"/>
            <True/>
          </CompoundPredicate>
        </Attribute>
        <Attribute partialScore="5.25"><True/></Attribute>
      </Characteristic>
      <Characteristic name="Complaints" reasonCode="COM">
        <Attribute partialScore="14">
          <CompoundPredicate booleanOperator="xor">
            <SimplePredicate field="complaints" operator="greaterThan" value="2"/>
            <SimplePredicate field="on_contract" operator="equal" value="true"/>
          </CompoundPredicate>
        </Attribute>
        <Attribute partialScore="2">
          <CompoundPredicate booleanOperator="or">
            <SimplePredicate field="complaints" operator="equal" value="0"/>
            <SimplePredicate field="on_contract" operator="notEqual" value="true"/>
          </CompoundPredicate>
        </Attribute>
        <Attribute partialScore="7"><True/></Attribute>
      </Characteristic>
    </Characteristics>
  </Scorecard>
</PMML>
"""

STRICT = """\
<PMML version="4.2" xmlns="http://www.dmg.org/PMML-4_2">
  <DataDictionary>
    <DataField name="grade" optype="categorical" dataType="string">
      <Value value="a"/><Value value="b"/><Value value="?" property="missing"/>
    </DataField>
    <DataField name="Net sales" optype="continuous" dataType="double">
      <Interval closure="closedOpen" leftMargin="0" rightMargin="1000"/>
    </DataField>
    <DataField name="visits" optype="continuous" dataType="double"/>
  </DataDictionary>
  <Scorecard functionName="regression" useReasonCodes="true" reasonCodeAlgorithm="pointsAbove" baselineScore="5">
    <MiningSchema>
      <MiningField name="grade"/>
      <MiningField name="Net sales" invalidValueTreatment="asMissing"/>
      <MiningField name="visits" missingValueTreatment="returnInvalid"/>
    </MiningSchema>
    <Characteristics>
      <Characteristic name="grade" reasonCode="G">
        <Attribute partialScore="9"><SimplePredicate field="grade" operator="equal" value="a"/></Attribute>
        <Attribute partialScore="6" reasonCode="G2"><SimplePredicate field="grade" operator="isMissing"/></Attribute>
        <Attribute partialScore="1"><True/></Attribute>
      </Characteristic>
      <Characteristic name="points" reasonCode="S">
        <Attribute partialScore="8"><SimplePredicate field="Net sales" operator="greaterThan" value="500"/></Attribute>
        <Attribute partialScore="4">
          <SimpleSetPredicate field="Net sales" booleanOperator="isNotIn"><Array n="2" type="real">10 20.5</Array>
          </SimpleSetPredicate>
        </Attribute>
        <Attribute partialScore="7"><SimplePredicate field="Net sales" operator="isNotMissing"/></Attribute>
      </Characteristic>
      <Characteristic name="effort" reasonCode="E">
        <Attribute>
          <SimplePredicate field="visits" operator="lessThan" value="10"/>
          <ComplexPartialScore>
            <Apply function="+"><Constant>1</Constant>
              <Apply function="*"><Constant>0.5</Constant><FieldRef field="visits"/></Apply>
            </Apply>
          </ComplexPartialScore>
        </Attribute>
        <Attribute partialScore="6"><True/></Attribute>
      </Characteristic>
    </Characteristics>
  </Scorecard>
</PMML>
"""
